//! The program: parses arguments, runs a command, prints its error.

use smooch_console as _;

fn main() {}

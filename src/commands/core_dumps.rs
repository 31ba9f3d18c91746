//! Keeps the process out of core dumps: they would hold the key's secret and people's data.
//!
//! In: nothing. Out: a process whose memory the system writes nowhere and shows to no other process
//! of the same user. What the system does not allow to be set stays as it is.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Asks the system never to write this process's memory to a file; for the first moment of the
/// program, before anything secret is read.
pub fn prevent_core_dumps() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Lowering one's own limit is always allowed, except in sandboxes, which bring their own rules.
    let _ = setrlimit(Resource::Core, none);
    // A program that receives core dumps by a pipe gets them whatever the limit is.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

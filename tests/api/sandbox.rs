//! The client against the built-in sandbox over real HTTP belongs here: the same calls as against
//! the toys, answered by an independent implementation of the API document.

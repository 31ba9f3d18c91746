//! An embedded server that speaks the API on loopback, with invented people.

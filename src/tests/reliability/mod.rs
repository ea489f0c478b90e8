//! Whole runs under faults: a cut store, a killed process, two runs at once, readers meanwhile, less memory, other stores, broken input.
//!
//! All of it runs a [`tiny`] project or the packaged one, in this process or in a [`child`] that can be killed, and looks at what is left the way
//! a reader would ([`shown`]).

mod broken;
mod bytes;
mod child;
mod faults;
mod kill;
mod races;
mod s3;
mod shown;
mod tiny;

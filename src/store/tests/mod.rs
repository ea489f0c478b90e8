//! The store as a whole: files, faults at every step, races, and real servers.

mod faults;
mod files;
mod night;
mod races;
mod servers;

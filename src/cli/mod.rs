//! The terminal: one file per verb, alone in printing.

pub mod render;

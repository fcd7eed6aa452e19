//! What is done with reports: today they are shown. Nothing here reads items or decides.

pub mod report;

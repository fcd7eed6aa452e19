//! Mizha, a secrecy gate: from a file or a message to an explained verdict.

pub mod extract;
pub mod identify;
pub mod model;

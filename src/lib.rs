//! Mizha, a secrecy gate: from a file or a message to an explained verdict.

pub mod detect;
pub mod extract;
pub mod identify;
pub mod judge;
pub mod model;
pub mod normalize;
pub mod pack;
pub mod scan;

//! The program `mizha`: everything is in the library; this hands over arguments and exit code, and carries the list of
//! what it is made of.

use std::process::ExitCode;

/// The crates this program is made of, where readers of `cargo auditable` data look for it.
#[cfg(dependencies)]
#[allow(unsafe_code)]
#[cfg_attr(target_os = "linux", unsafe(link_section = ".dep-v0"))]
static DEPENDENCIES: [u8; include_bytes!(concat!(env!("OUT_DIR"), "/dependencies")).len()] =
    *include_bytes!(concat!(env!("OUT_DIR"), "/dependencies"));

fn main() -> ExitCode {
    // What nobody refers to is not linked.
    #[cfg(dependencies)]
    std::hint::black_box(&DEPENDENCIES);
    mizha::cli::run(std::env::args_os())
}

//! The program `mizha`: everything is in the library; this hands over arguments and exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    mizha::cli::run(std::env::args_os())
}

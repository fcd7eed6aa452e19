//! Where the verbs that work in the background write faults: standard error. Never content.

/// Faults go to stderr, where the service manager keeps them; never content.
pub(super) fn log_to_stderr(verbose: u8) {
    let level = match verbose {
        0 => tracing::Level::WARN,
        1 => tracing::Level::INFO,
        _ => tracing::Level::DEBUG,
    };
    let _ = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_target(false).try_init();
}

//! Fetching a signed pack from a web address. The only place that opens a network connection, and
//! only when somebody runs `mizha pack update`; what comes is believed for its signature alone.

use std::time::Duration;

use anyhow::Context;
use rustls::crypto::ring;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::model::Lang;

/// Bytes of a signed pack.
const MOST: u64 = 256 << 20;
/// Time for one pack.
const PATIENCE: Duration = Duration::from_secs(120);

/// The bytes at an address.
pub(super) fn fetch(address: &str, lang: Lang) -> anyhow::Result<Vec<u8>> {
    // Set already if this is the second address.
    let _ = ring::default_provider().install_default();
    // Those the machine trusts, so that an office's own authority counts.
    let known = rustls_native_certs::load_native_certs().certs;
    let known: Vec<_> = known.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&known)).build();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().tls_config(tls).timeout_global(Some(PATIENCE)).build().into();
    let failed = || lang.pick(format!("{address}: cannot be fetched"), format!("{address}：无法获取"));
    let mut response = agent.get(address).call().with_context(failed)?;
    response.body_mut().with_config().limit(MOST).read_to_vec().with_context(failed)
}

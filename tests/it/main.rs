//! All integration tests in one program, so that the crate is linked once: `cargo test --test it`, one
//! file of them with `cargo test --test it watch::`. Each module opens with what it holds.

#![allow(clippy::panic)]

mod architecture;
#[cfg(target_os = "linux")]
mod browser;
mod cli;
mod containers;
#[cfg(target_os = "linux")]
mod crash;
mod damage;
#[cfg(target_os = "linux")]
mod dependencies;
#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod first_run;
mod folding;
mod fuzz_replay;
mod isolation;
#[cfg(target_os = "linux")]
mod milter;
mod ocr;
mod office;
#[cfg(target_os = "linux")]
mod officer;
#[cfg(target_os = "linux")]
mod pack_desktop;
mod pack_terms;
#[cfg(target_os = "linux")]
mod pack_trust;
mod packs;
#[cfg(target_os = "linux")]
mod power;
mod requirement;
mod samples;
mod sealed;
mod texts;
#[cfg(target_os = "linux")]
mod ui;
#[cfg(target_os = "linux")]
mod watch;

#[path = "generator/files/mod.rs"]
mod files;
#[cfg(target_os = "linux")]
mod webdriver;
#[cfg(target_os = "linux")]
mod yard;

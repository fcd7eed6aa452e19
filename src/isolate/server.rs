//! The process that divides itself: started once, with one thread, before any file is read. It reads no file and
//! hears no content; for each file it makes one child, which reads that file and ends.

use std::collections::BTreeSet;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, wait};

use super::child;
use super::confine::Filters;
use super::link::{self, Order};
use super::process;
use crate::ocr::{self, Eye};

/// Takes orders from the link that is stdin until nobody is left to give them. Returns in the children too, when they
/// have read their file.
///
/// # Errors
/// The link broke; in a child, that it could not confine itself or nobody listens.
pub fn serve(model: Option<&Path>) -> io::Result<()> {
    process::close_inherited();
    // A panic is a gap; its message may hold content.
    std::panic::set_hook(Box::new(|_| {}));
    ocr::alone();
    let filters = Filters::new();
    let stdin = rustix::stdio::stdin();
    let mut children = BTreeSet::new();
    while let Some(order) = link::next_order(stdin)? {
        bury(&mut children);
        match order {
            // The number is still the child's: nobody but this process can bury it.
            Order::End(pid) if children.contains(&pid.as_raw_nonzero()) => drop(kill_process(pid, Signal::KILL)),
            Order::End(_) => {}
            Order::Read(talk, file) => {
                // Opened anew for each child, since a place in an open file is shared.
                let eye = Eye::open(model);
                let own = getpid();
                match process::fork()? {
                    None => return read(talk, file, &eye, own, filters.as_ref().ok()),
                    Some(pid) => {
                        children.insert(pid.as_raw_nonzero());
                        link::answer(stdin, pid)?;
                    }
                }
            }
        }
    }
    Ok(())
}

/// The child: its talk becomes stdin and stdout, and the link is closed by that.
fn read(talk: OwnedFd, file: Option<OwnedFd>, eye: &Eye, parent: Pid, filters: Option<&Filters>) -> io::Result<()> {
    rustix::stdio::dup2_stdin(&talk)?;
    rustix::stdio::dup2_stdout(&talk)?;
    drop(talk);
    child::read(file, eye, parent, filters)
}

/// Takes note of the children that ended.
fn bury(children: &mut BTreeSet<std::num::NonZeroI32>) {
    while let Ok(Some((pid, _))) = wait(WaitOptions::NOHANG) {
        children.remove(&pid.as_raw_nonzero());
    }
}

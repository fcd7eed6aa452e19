//! The process that divides itself: started once, with one thread, before any file is read. It reads no file and
//! hears no content; for each file it makes one child, which reads that file and ends.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, wait};

use super::confine::{self, Rest};
use super::link::{self, Order};
use super::record::ReadRecord;
use super::{child, frame, process};
use crate::model::ReaderFault;
use crate::ocr::{self, Engine};

/// Takes orders from the link that is stdin until nobody is left to give them.
///
/// # Errors
/// The link broke.
pub fn serve(model: Option<&Path>) -> io::Result<()> {
    process::close_inherited();
    // A panic is a gap; its message may hold content.
    std::panic::set_hook(Box::new(|_| {}));
    ocr::alone();
    let rest = confine::begin();
    let own = getpid();
    let mut is_warm = false;
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
                let engine = Engine::open(model);
                let made = match &rest {
                    Ok(rest) => process::fork().map(|pid| (pid, rest)).map_err(|_| ReaderFault::NoRoom),
                    Err(fault) => Err(*fault),
                };
                match made {
                    Ok((None, rest)) => process::end(read(talk, file, &engine, own, rest).is_ok()),
                    Ok((Some(pid), _)) => {
                        // Its end is heard once nobody else holds it.
                        drop((talk, file));
                        children.insert(pid.as_raw_nonzero());
                        link::answer(stdin, pid)?;
                    }
                    // Said where the child would have spoken. For the next file there may be room.
                    Err(fault) => {
                        let _ = frame::write(&mut File::from(talk), &ReadRecord::Unconfined(fault));
                        link::answer(stdin, own)?;
                    }
                }
                // Only now: whoever asked for the first is not made to wait.
                if !std::mem::replace(&mut is_warm, true) {
                    child::warm();
                }
            }
        }
    }
    Ok(())
}

/// The child: its talk becomes stdin and stdout, and the link is closed by that.
fn read(talk: OwnedFd, file: Option<OwnedFd>, engine: &Engine, parent: Pid, rest: &Rest) -> io::Result<()> {
    rustix::stdio::dup2_stdin(&talk)?;
    rustix::stdio::dup2_stdout(&talk)?;
    drop(talk);
    child::read(file, engine, parent, rest)
}

/// Takes note of the children that ended.
fn bury(children: &mut BTreeSet<std::num::NonZeroI32>) {
    while let Ok(Some((pid, _))) = wait(WaitOptions::NOHANG) {
        children.remove(&pid.as_raw_nonzero());
    }
}

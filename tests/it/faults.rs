//! Every step fails, once and for good, for want of room or by a fault of the disk: nothing is lost,
//! nothing leaks, nothing panics; and once the disk works again, everything gets where it belongs.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::yard::{Yard, each_in_its_place, nothing_leaked_or_lost, quick_folder, scanner, two_files};
use mizha::disk::{Disk, DiskOp};
use mizha::watch::Daemon;
use rustix::io::Errno;

/// A disk on which a step fails, or it and every later one; also counts the steps.
fn faulty(at: usize, errno: Errno, lasting: bool) -> (Disk, Arc<AtomicUsize>) {
    let steps = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&steps);
    let disk = Disk::observed(Arc::new(move |step: DiskOp<'_>| {
        let number = counter.fetch_add(1, Ordering::SeqCst) + 1;
        // A full disk still lets names go.
        let spared = errno == Errno::NOSPC && matches!(step, DiskOp::Remove(_) | DiskOp::RemoveFolder(_));
        let fails = !spared && (number == at || lasting && number > at);
        if fails { Err(io::Error::from(errno)) } else { Ok(()) }
    }));
    (disk, steps)
}

/// One case; true while the step still exists.
fn case(at: usize, errno: Errno, lasting: bool) -> bool {
    let root = quick_folder();
    let yard = Yard::at(root.path());
    two_files(&yard);
    let (disk, steps) = faulty(at, errno, lasting);
    let place = format!("{errno:?} at step {at}, lasting {lasting}");
    let ran = catch_unwind(AssertUnwindSafe(|| {
        // Refusing to begin is an answer too.
        if let Ok(mut daemon) = Daemon::new(&yard.state, yard.config(), scanner(), disk) {
            daemon.begin();
            daemon.once();
        }
    }));
    assert!(ran.is_ok(), "{place}: a panic");
    nothing_leaked_or_lost(&yard, &place);
    let mut daemon = yard.daemon(Disk::default());
    daemon.begin();
    daemon.once();
    drop(daemon);
    each_in_its_place(&yard, &place);
    steps.load(Ordering::SeqCst) >= at
}

#[test]
fn no_failing_step_loses_or_leaks_a_file() {
    // Most of a case is waiting for another try: many at once.
    const ABREAST: usize = 8;
    let cases = AtomicUsize::new(0);
    let run = |first: usize, errno: Errno, lasting: bool| {
        for at in (first..).step_by(ABREAST) {
            cases.fetch_add(1, Ordering::SeqCst);
            if !case(at, errno, lasting) {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for (errno, lasting) in [(Errno::NOSPC, false), (Errno::NOSPC, true), (Errno::IO, false), (Errno::IO, true)] {
            for first in 1..=ABREAST {
                let run = &run;
                scope.spawn(move || run(first, errno, lasting));
            }
        }
    });
    let cases = cases.load(Ordering::SeqCst);
    println!("{cases} cases");
    assert!(cases > 200, "only {cases} cases");
}

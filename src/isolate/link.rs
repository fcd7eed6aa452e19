//! The socket between this program and the process that divides itself: what is to be read comes as descriptors,
//! never as content; the answer is the number of the process that reads.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use rustix::process::Pid;

const READ: u8 = b'R';
const END: u8 = b'E';

/// What the process that divides itself is asked for.
pub(super) enum Order {
    /// Read what comes over the first descriptor; the second is the file, where there is one.
    Read(OwnedFd, Option<OwnedFd>),
    /// End the process of this number, if it still reads.
    End(Pid),
}

/// Both ends of a link: messages, each whole.
pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    Ok(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?)
}

/// Asks for a process that reads.
pub(super) fn ask_to_read(link: impl AsFd, talk: BorrowedFd<'_>, file: Option<BorrowedFd<'_>>) -> io::Result<()> {
    let descriptors: Vec<BorrowedFd<'_>> = [Some(talk), file].into_iter().flatten().collect();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    sendmsg(link, &[IoSlice::new(&[READ])], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Asks that a process be ended.
pub(super) fn ask_to_end(link: impl AsFd, pid: Pid) -> io::Result<()> {
    let [a, b, c, d] = pid.as_raw_nonzero().get().to_le_bytes();
    let mut control = SendAncillaryBuffer::default();
    sendmsg(link, &[IoSlice::new(&[END, a, b, c, d])], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// The next order; `None` when nobody is left to give any.
pub(super) fn next_order(link: impl AsFd) -> io::Result<Option<Order>> {
    let mut bytes = [0; 5];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(2))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(link, &mut [IoSliceMut::new(&mut bytes)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let mut descriptors = control.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(descriptors) => descriptors.collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    let (first, second) = (descriptors.next(), descriptors.next());
    let [kind, number @ ..] = bytes;
    match (received.bytes, kind, first) {
        (0, ..) => Ok(None),
        (1, READ, Some(talk)) => Ok(Some(Order::Read(talk, second))),
        (5, END, _) => match Pid::from_raw(i32::from_le_bytes(number)) {
            Some(pid) => Ok(Some(Order::End(pid))),
            None => Err(io::ErrorKind::InvalidData.into()),
        },
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Tells which process reads.
pub(super) fn answer(link: impl AsFd, pid: Pid) -> io::Result<()> {
    let number = pid.as_raw_nonzero().get().to_le_bytes();
    let mut control = SendAncillaryBuffer::default();
    sendmsg(link, &[IoSlice::new(&number)], &mut control, SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Which process reads.
pub(super) fn answered(link: impl AsFd) -> io::Result<Pid> {
    let mut number = [0; 4];
    let mut control = RecvAncillaryBuffer::default();
    let received = recvmsg(link, &mut [IoSliceMut::new(&mut number)], &mut control, RecvFlags::empty())?;
    let pid = if received.bytes == 4 { Pid::from_raw(i32::from_le_bytes(number)) } else { None };
    pid.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

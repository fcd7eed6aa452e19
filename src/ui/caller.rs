//! Which user is at the other end of a connection on loopback: the kernel's table of connections says it
//! (proc_net_tcp, Documentation/networking/proc_net_tcp.rst). A stolen cookie is of no use to another user.

use std::net::{SocketAddr, SocketAddrV4, TcpStream};

/// The other end belongs to the user this process runs as. Where the kernel does not say it, it does not.
pub(super) fn is_own(stream: &TcpStream) -> bool {
    let own = rustix::process::geteuid().as_raw();
    let (Ok(SocketAddr::V4(peer)), Ok(SocketAddr::V4(here))) = (stream.peer_addr(), stream.local_addr()) else {
        return false;
    };
    std::fs::read_to_string("/proc/self/net/tcp").is_ok_and(|table| user(&table, peer, here) == Some(own))
}

/// The user of the connection that goes from one address to another.
fn user(table: &str, from: SocketAddrV4, to: SocketAddrV4) -> Option<u32> {
    let (from, to) = (written(from), written(to));
    let mut rows = table.lines().skip(1).map(|line| line.split_whitespace());
    rows.find_map(|mut row| {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid
        (row.nth(1) == Some(&from) && row.next() == Some(&to)).then(|| row.nth(4)).flatten()
    })?
    .parse()
    .ok()
}

/// An address as the table has it: the bytes as a number of the machine.
fn written(address: SocketAddrV4) -> String {
    format!("{:08X}:{:04X}", u32::from_ne_bytes(address.ip().octets()), address.port())
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;

    #[test]
    fn the_user_stands_in_the_row_of_the_other_end() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1F90 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 1 1 0\n   \
            1: 0100007F:C000 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0\n";
        let (page, browser) = ("127.0.0.1:8080".parse(), "127.0.0.1:49152".parse());
        let (page, browser): (SocketAddrV4, SocketAddrV4) = (page.expect("an address"), browser.expect("an address"));
        assert_eq!(user(table, browser, page), Some(1000));
        assert_eq!(user(table, page, browser), Some(0));
        assert_eq!(user(table, browser, browser), None);
    }
}

//! The stream cipher RC4, for old workbooks only.

/// A stream of bytes to combine with.
pub(super) struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut state: [u8; 256] = std::array::from_fn(|n| n as u8);
        let mut j = 0u8;
        for i in 0..256 {
            j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len().max(1)]);
            state.swap(i, j.into());
        }
        Rc4 { state, i: 0, j: 0 }
    }

    /// The next byte of the stream.
    pub(super) fn byte(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        self.j = self.j.wrapping_add(self.state[usize::from(self.i)]);
        self.state.swap(self.i.into(), self.j.into());
        self.state[usize::from(self.state[usize::from(self.i)].wrapping_add(self.state[usize::from(self.j)]))]
    }

    pub(super) fn apply(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte ^= self.byte());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_that_of_rfc_6229() {
        let mut stream = Rc4::new(&[1, 2, 3, 4, 5]);
        let first: Vec<u8> = (0..8).map(|_| stream.byte()).collect();
        assert_eq!(first, [0xB2, 0x39, 0x63, 0x05, 0xF0, 0x3D, 0xC0, 0x27]);
    }
}

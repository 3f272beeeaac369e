// SPDX-License-Identifier: Apache-2.0

//! Rows as bytes: the part of borsh that records of numbers, texts and lists need.
//!
//! Numbers are little-endian and of fixed width; texts and lists begin with their length as a `u32`.

/// Builds a row.
#[derive(Default)]
pub struct Encoder(Vec<u8>);

impl Encoder {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a byte.
    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    /// Appends a `u32`.
    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends a `u64`.
    pub fn u64(mut self, value: u64) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends an `i64`.
    pub fn i64(mut self, value: i64) -> Self {
        self.0.extend_from_slice(&value.to_le_bytes());
        self
    }

    /// Appends bytes without their length.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends a text with its length.
    pub fn text(self, text: &str) -> Self {
        self.u32(text.len() as u32).raw(text.as_bytes())
    }

    /// The row.
    pub fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads a row from its beginning; `None` where the row is not what it should be.
pub struct Decoder<'a>(&'a [u8]);

impl<'a> Decoder<'a> {
    /// Starts at the first byte of `row`.
    pub fn new(row: &'a [u8]) -> Self {
        Self(row)
    }

    /// The next `length` bytes.
    pub fn raw(&mut self, length: usize) -> Option<&'a [u8]> {
        if length > self.0.len() {
            return None;
        }
        let (head, tail) = self.0.split_at(length);
        self.0 = tail;
        Some(head)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.raw(N)?.try_into().ok()
    }

    /// The next byte.
    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_le_bytes)
    }

    /// The next `u32`.
    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    /// The next `u64`.
    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// The next `i64`.
    pub fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_le_bytes)
    }

    /// The next text.
    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.u32()?;
        std::str::from_utf8(self.raw(length as usize)?).ok()
    }

    /// Everything left.
    pub fn rest(self) -> &'a [u8] {
        self.0
    }

    /// `Some` if nothing is left.
    pub fn end(self) -> Option<()> {
        self.0.is_empty().then(|| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let row = Encoder::new()
            .u8(7)
            .u32(8)
            .u64(9)
            .i64(-10)
            .text("é")
            .raw(&[1, 2])
            .finish();
        let mut reader = Decoder::new(&row);
        assert_eq!(reader.u8(), Some(7));
        assert_eq!(reader.u32(), Some(8));
        assert_eq!(reader.u64(), Some(9));
        assert_eq!(reader.i64(), Some(-10));
        assert_eq!(reader.text(), Some("é"));
        assert_eq!(reader.rest(), &[1, 2]);
    }

    #[test]
    fn a_short_row_is_refused() {
        assert_eq!(Decoder::new(&[1, 2, 3]).u32(), None);
        assert_eq!(Decoder::new(&[5, 0, 0, 0, b'a']).text(), None);
        assert_eq!(Decoder::new(&[255, 255, 255, 255]).text(), None);
        assert_eq!(Decoder::new(&[1]).end(), None);
    }
}

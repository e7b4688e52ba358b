//! Streams (5.0+), carried unopened: a node keeps what a peer's RDB said of one, byte for byte, counts it, and writes it back.
//!
//! No command reads or writes inside. Those of streams (XADD, XLEN …) are not in the command table, so they are refused by their name; any other
//! command on such a key answers -WRONGTYPE, and those that take keys whole (TYPE, DEL, RENAME, EXPIRE …) work.

use super::hash::{hash, mix};
use bytes::Bytes;

const BODY: u64 = 0x55;

/// A stream as an RDB holds it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream {
    form: u8,
    body: Bytes,
    entries: u64,
}
impl Stream {
    /// A stream of this RDB type with the bytes that follow its key there, and how many entries they say it has.
    #[must_use]
    pub const fn new(form: u8, body: Bytes, entries: u64) -> Stream {
        Stream { form, body, entries }
    }
    /// The RDB type whose layout [`Stream::body`] has.
    #[must_use]
    pub const fn form(&self) -> u8 {
        self.form
    }
    /// The bytes that stand behind the key in an RDB.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }
    /// Entries: what XLEN would say.
    #[must_use]
    pub const fn entries(&self) -> u64 {
        self.entries
    }
    pub(super) fn digest(&self) -> u64 {
        mix(hash(BODY ^ u64::from(self.form), &self.body) ^ mix(6))
    }
    pub(super) fn bytes(&self) -> u64 {
        self.body.len() as u64
    }
}

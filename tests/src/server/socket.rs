//! One TCP connection: bytes in, one read at a time; bytes out, as the kernel takes them.

use bytes::Bytes;
use mio::net::TcpStream;
use resync_core::node::api::CloseWhy;
use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice, Read, Write};
use std::time::Instant;

/// Bytes that a node may hand over beyond what the kernel has taken. Beside the kernel's own buffer it is small; it has to hold an answer of the handshake.
pub(super) const ROOM: u64 = 128 * 1024;
/// Pieces that one write hands to the kernel.
const SLICES: usize = 32;

/// A connection.
pub(super) struct Socket {
    pub(super) stream: TcpStream,
    out: VecDeque<Bytes>,
    waiting: usize,
    /// Bytes that the kernel took and the node does not know of yet.
    taken: u64,
    /// The kernel takes no more for now.
    full: bool,
    /// The peer will send no more: what is there must be read to its end, for no further event will come.
    pub(super) ending: bool,
    /// The node closed it; what waits still goes out, until then.
    pub(super) closing: Option<Instant>,
    /// Whether `repl-disable-tcp-nodelay` was looked at.
    pub(super) stream_begun: bool,
    /// It is on the list of those that are to be written to.
    pub(super) listed: bool,
}

/// The result of a read.
pub(super) enum Got {
    /// Bytes; `more`: there may be more.
    Bytes(Bytes, bool),
    /// Nothing now.
    Nothing,
    /// The end.
    End(CloseWhy),
}

fn why(error: &std::io::Error) -> CloseWhy {
    if error.kind() == ErrorKind::TimedOut { CloseWhy::TimedOut } else { CloseWhy::Reset }
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Socket {
        Socket {
            stream,
            out: VecDeque::new(),
            waiting: 0,
            taken: 0,
            full: false,
            ending: false,
            closing: None,
            stream_begun: false,
            listed: false,
        }
    }
    /// One read, at most as much as `buffer` holds.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Got {
        loop {
            return match self.stream.read(buffer) {
                Ok(0) => Got::End(CloseWhy::Fin),
                Ok(n) => Got::Bytes(Bytes::copy_from_slice(&buffer[..n]), n == buffer.len() || self.ending),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::WouldBlock => Got::Nothing,
                Err(error) => Got::End(why(&error)),
            };
        }
    }
    /// Bytes to be written.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.waiting += bytes.len();
        self.out.push_back(bytes);
    }
    /// Whether everything went out.
    pub(super) const fn drained(&self) -> bool {
        self.waiting == 0
    }
    /// Whether a write could do something.
    pub(super) const fn may_write(&self) -> bool {
        self.waiting > 0 && !self.full
    }
    /// The kernel said that it takes bytes again.
    pub(super) const fn writable(&mut self) {
        self.full = false;
    }
    /// Room that the node is to be told of: once half of it is used, so that it does not have to be told after each write.
    pub(super) const fn room_back(&mut self) -> Option<u64> {
        if self.taken < ROOM / 2 {
            return None;
        }
        let room = self.taken;
        self.taken = 0;
        Some(room)
    }
    /// Writes what the kernel takes.
    pub(super) fn write(&mut self) -> Result<(), CloseWhy> {
        while self.may_write() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            let mut count = 0;
            for (slice, piece) in slices.iter_mut().zip(&self.out) {
                *slice = IoSlice::new(piece);
                count += 1;
            }
            match self.stream.write_vectored(&slices[..count]) {
                Ok(n) => self.wrote(n),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.full = true,
                Err(error) => return Err(why(&error)),
            }
        }
        Ok(())
    }
    fn wrote(&mut self, mut n: usize) {
        self.taken += n as u64;
        self.waiting -= n;
        while let Some(front) = self.out.front_mut() {
            if n < front.len() {
                *front = front.slice(n..);
                break;
            }
            n -= front.len();
            self.out.pop_front();
        }
    }
}

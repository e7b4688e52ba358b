//! Children: what kills them, what they write for replicas' sockets, and the connections that they inherited.
//!
//! A descriptor that the parent closes stays open as long as a child has it too: the peer hears of the end only when the last of them is gone.

use super::socket::Socket;
use bytes::Bytes;
use resync_core::node::api::JobId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Bytes that a child collects before it writes them, as in Redis.
const PIECE: usize = 16 * 1024;
/// The same where nothing slows it down: as much as the pipe holds.
const PIECE_AT_ONCE: usize = 64 * 1024;

/// An RDB on its way to the replicas.
struct Stream {
    rdb: Bytes,
    handed: usize,
    since: Instant,
    /// How long it sleeps in all, spread over its bytes.
    delay: Duration,
}
impl Stream {
    fn piece(&self) -> usize {
        let most = if self.delay.is_zero() { PIECE_AT_ONCE } else { PIECE };
        most.min(self.rdb.len() - self.handed)
    }
    /// When the next piece is ready, or the end.
    fn due(&self) -> Instant {
        let share = (self.handed + self.piece()) as f64 / self.rdb.len().max(1) as f64;
        self.since + self.delay.mul_f64(share)
    }
}

struct Child {
    killed: Arc<AtomicBool>,
    holds: BTreeSet<u64>,
    stream: Option<Stream>,
}

/// Something that a child that writes to sockets has for its parent.
pub(super) enum Handed {
    /// Bytes of the RDB.
    Piece(Bytes),
    /// It is done.
    End,
}

/// The children of a process.
#[derive(Default)]
pub(super) struct Children {
    all: BTreeMap<JobId, Child>,
    /// Closed by the parent, still open in a child.
    kept: Vec<(u64, Socket)>,
}
impl Children {
    /// A child is forked; it inherits these connections. Gives what kills it.
    pub(super) fn fork(&mut self, job: JobId, holds: impl Iterator<Item = u64>) -> Arc<AtomicBool> {
        let killed = Arc::new(AtomicBool::new(false));
        self.all.insert(job, Child { killed: killed.clone(), holds: holds.collect(), stream: None });
        killed
    }
    /// It writes this RDB for replicas' sockets, and sleeps so long on the way.
    pub(super) fn streams(&mut self, job: JobId, rdb: Bytes, delay: Duration) {
        if let Some(child) = self.all.get_mut(&job) {
            child.stream = Some(Stream { rdb, handed: 0, since: Instant::now(), delay });
        }
    }
    /// Kills it. `true`: it is gone at once; the thread of any other notices by itself.
    pub(super) fn kill(&self, job: JobId) -> bool {
        let Some(child) = self.all.get(&job) else { return false };
        child.killed.store(true, Ordering::Relaxed);
        child.stream.is_some()
    }
    /// The process ends, and they with it.
    pub(super) fn kill_all(&self) {
        for child in self.all.values() {
            child.killed.store(true, Ordering::Relaxed);
        }
    }
    /// A child is gone. Whether it was killed.
    pub(super) fn gone(&mut self, job: JobId) -> bool {
        let killed = self.all.remove(&job).is_some_and(|child| child.killed.load(Ordering::Relaxed));
        let Children { all, kept } = self;
        kept.retain(|(id, _)| all.values().any(|child| child.holds.contains(id)));
        killed
    }
    /// The parent closes a connection: it stays open while a child has it.
    pub(super) fn keep(&mut self, id: u64, socket: Socket) {
        if self.all.values().any(|child| child.holds.contains(&id)) {
            self.kept.push((id, socket));
        }
    }
    /// When a child that writes to sockets has something next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.all.values().filter_map(|child| child.stream.as_ref().map(Stream::due)).min()
    }
    /// Takes what is ready.
    pub(super) fn take(&mut self) -> Option<(JobId, Handed)> {
        let now = Instant::now();
        let ready = |(job, child): (&JobId, &mut Child)| {
            let stream = child.stream.as_mut().filter(|stream| stream.due() <= now)?;
            let piece = stream.rdb.slice(stream.handed..stream.handed + stream.piece());
            if piece.is_empty() {
                return Some((*job, Handed::End));
            }
            stream.handed += piece.len();
            Some((*job, Handed::Piece(piece)))
        };
        self.all.iter_mut().find_map(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn socket() -> (Socket, std::net::TcpStream) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (ours, _) = listener.accept().unwrap();
        (Socket::new(mio::net::TcpStream::from_std(ours)), peer)
    }
    fn ended(peer: &std::net::TcpStream) -> bool {
        use std::io::Read;
        peer.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let mut peer = peer;
        matches!(peer.read(&mut [0]), Ok(0))
    }

    #[test]
    fn a_connection_ends_when_the_last_child_that_has_it_is_gone() {
        let mut children = Children::default();
        let (one, peer) = socket();
        let (other, later) = socket();
        children.fork(JobId(1), [7].into_iter());
        children.fork(JobId(2), [7, 8].into_iter());
        children.keep(7, one);
        children.keep(9, other);
        assert!(!ended(&peer) && ended(&later), "who came after the fork is in no child");
        assert!(!children.gone(JobId(1)) && !ended(&peer));
        assert!(!children.kill(JobId(2)), "its thread will notice");
        assert!(children.gone(JobId(2)) && ended(&peer));
    }

    #[test]
    fn an_rdb_comes_in_pieces_spread_over_the_delay() {
        let mut children = Children::default();
        let rdb = Bytes::from(vec![b'x'; 40_000]);
        children.fork(JobId(1), std::iter::empty());
        children.streams(JobId(1), rdb.clone(), Duration::from_millis(200));
        let since = Instant::now();
        assert!(children.take().is_none(), "the first 16 KiB are not there yet");
        let mut sizes = vec![];
        loop {
            std::thread::sleep(children.due().unwrap().saturating_duration_since(Instant::now()));
            match children.take() {
                Some((JobId(1), Handed::Piece(piece))) => sizes.push(piece.len()),
                Some((_, Handed::End)) => break,
                _ => {}
            }
        }
        assert_eq!(sizes, [16_384, 16_384, 40_000 - 2 * 16_384]);
        assert!(since.elapsed() >= Duration::from_millis(195));
        assert!(children.kill(JobId(1)) && children.gone(JobId(1)) && children.due().is_none());
    }
}

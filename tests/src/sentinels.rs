//! Real sentinels (`redis-server … --sentinel`), three of them, that watch one master: started on free ports of this machine, ended with their handle.

use crate::live::{Conn, eventually, free_port};
use resync_core::resp::Reply;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

/// The name under which they watch.
const NAME: &str = "mymaster";
/// How many of them must agree.
const QUORUM: u32 = 2;

static STARTED: AtomicU32 = AtomicU32::new(0);

/// One of them.
struct Sentinel {
    child: Child,
    port: u16,
    folder: PathBuf,
    conn: Mutex<Option<Conn>>,
}
impl Sentinel {
    fn command(&self, words: &[&str]) -> Option<Reply> {
        let mut conn = self.conn.lock().expect("nobody panicked with it");
        if conn.is_none() {
            *conn = Conn::open(self.port);
        }
        let replies = conn.as_mut()?.pipeline(&[words.to_vec()]);
        if replies.is_none() {
            *conn = None;
        }
        replies?.pop()
    }
}

/// Three sentinels.
pub struct Sentinels {
    all: Vec<Sentinel>,
}
impl Sentinels {
    /// Starts three that watch the server at this port of 127.0.0.1: a second without an answer is down, two of them decide, `parallel-syncs` is 1.
    ///
    /// # Panics
    /// If `redis-server` is not installed or one does not come up.
    #[must_use]
    #[allow(clippy::zombie_processes, reason = "a sentinel that does not come up ends the test; those that do end with their handle")]
    pub fn watch(port: u16) -> Sentinels {
        let start = |_| {
            let number = STARTED.fetch_add(1, Ordering::Relaxed);
            let folder = std::env::temp_dir().join(format!("resync-sentinel-{}-{number}", std::process::id()));
            std::fs::create_dir_all(&folder).expect("a folder for the sentinel");
            let own = free_port();
            let mut text = format!("port {own}\nbind 127.0.0.1\ndir {}\n", folder.display());
            writeln!(text, "sentinel monitor {NAME} 127.0.0.1 {port} {QUORUM}").expect("a string takes it");
            for line in ["down-after-milliseconds mymaster 1000", "failover-timeout mymaster 6000", "parallel-syncs mymaster 1"] {
                writeln!(text, "sentinel {line}").expect("a string takes it");
            }
            let file = folder.join("sentinel.conf");
            std::fs::write(&file, text).expect("its configuration");
            let log = std::fs::File::create(folder.join("log")).expect("its log");
            let mut program = Command::new("redis-server");
            let child = program.arg(&file).arg("--sentinel").stdin(Stdio::null()).stdout(log).stderr(Stdio::null());
            Sentinel { child: child.spawn().expect("redis-server runs"), port: own, folder, conn: Mutex::new(None) }
        };
        let sentinels = Sentinels { all: (0..3).map(start).collect() };
        eventually("the sentinels answer", 20, || sentinels.all.iter().all(|one| one.command(&["PING"]).is_some()));
        sentinels
    }
    /// Waits until each of them knows the two others and this many replicas.
    ///
    /// # Panics
    /// If that does not come: with their logs.
    pub fn know(&self, replicas: i64) {
        self.eventually("they know each other", 30, || {
            self.all.iter().all(|one| field(one, "num-other-sentinels") == "2" && field(one, "num-slaves") == replicas.to_string())
        });
    }
    /// The port of the master that all of them name; `None` while they do not agree.
    #[must_use]
    pub fn master(&self) -> Option<u16> {
        let named = |one: &Sentinel| match one.command(&["SENTINEL", "get-master-addr-by-name", NAME])? {
            Reply::Array(words) => match words.get(1)? {
                Reply::Bulk(port) => String::from_utf8_lossy(port).parse().ok(),
                _ => None,
            },
            _ => None,
        };
        let first = named(self.all.first()?)?;
        self.all.iter().all(|one| named(one) == Some(first)).then_some(first)
    }
    /// SENTINEL FAILOVER at one of them.
    ///
    /// # Panics
    /// If it is refused for half a minute.
    pub fn fail_over(&self) {
        self.eventually("a failover begins", 30, || {
            self.all[0].command(&["SENTINEL", "FAILOVER", NAME]) == Some(Reply::StatusText("OK".to_owned()))
        });
    }
    /// How often the three logged an event of this name (`+switch-master`).
    #[must_use]
    pub fn logged(&self, event: &str) -> usize {
        self.logs().lines().filter(|line| line.contains(&format!(" {event} "))).count()
    }
    /// Everything that they logged, one behind the other.
    #[must_use]
    pub fn logs(&self) -> String {
        let log = |one: &Sentinel| std::fs::read_to_string(one.folder.join("log")).unwrap_or_default();
        self.all.iter().map(log).collect::<Vec<_>>().join("\n--\n")
    }
    /// As [`eventually`]; their logs are told where it fails.
    ///
    /// # Panics
    /// If it is never so.
    pub fn eventually(&self, what: &str, seconds: u64, look: impl FnMut() -> bool) {
        let waited = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| eventually(what, seconds, look)));
        assert!(waited.is_ok(), "after {seconds} s still not: {what}\n{}", self.logs());
    }
}

/// A field of SENTINEL MASTER.
fn field(one: &Sentinel, name: &str) -> String {
    let Some(Reply::Array(words)) = one.command(&["SENTINEL", "master", NAME]) else { return String::new() };
    let text = |reply: &Reply| if let Reply::Bulk(bytes) = reply { String::from_utf8_lossy(bytes).into_owned() } else { String::new() };
    let pair = words.chunks_exact(2).find(|pair| text(&pair[0]) == name);
    pair.map(|pair| text(&pair[1])).unwrap_or_default()
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        // Nothing to be done if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

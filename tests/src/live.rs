//! Servers that really run, real ones of several releases and ours, each a process in a folder of its own on a port of 127.0.0.1, ended with their handle.
//! Beside them a proxy that can be cut, and a writer of every kind of data. Interop tests and benches stand on it.

use resync_core::era::Era;
use resync_core::info;
use resync_core::resp::{Reply, ReplyParser, write_command};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The kind of a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Make {
    /// A real one of this release: `7.0.15` is the installed one, the others lie where `cargo xtask test` puts them.
    Real(&'static str),
    /// resync-node, at this path, of this era.
    Ours(PathBuf, Era),
}
impl Make {
    /// The program, and the words that it needs before all others.
    ///
    /// # Panics
    /// If a real server is missing.
    #[must_use]
    pub fn program(&self) -> (PathBuf, Vec<String>) {
        match self {
            // Of Debian, like the tools; the folder only holds what Debian has not.
            Make::Real("7.0.15") => (PathBuf::from("redis-server"), Vec::new()),
            Make::Real(release) => {
                let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace");
                let program = root.join(target).join("tools/redis").join(release).join("bin/redis-server");
                assert!(program.is_file(), "{} is missing: `cargo xtask test interop` fetches it", program.display());
                (program, Vec::new())
            }
            Make::Ours(path, era) => (path.clone(), vec!["--era".to_owned(), era.name().to_owned()]),
        }
    }
    /// Whether it is a Valkey.
    #[must_use]
    pub fn valkey(&self) -> bool {
        match self {
            Make::Real(release) => release.starts_with("valkey-"),
            Make::Ours(_, era) => era.capabilities().valkey,
        }
    }
    /// Whether it knows `replid`s: release 4.0 and later.
    #[must_use]
    pub fn psync2(&self) -> bool {
        match self {
            Make::Real(release) => !release.starts_with('2') && !release.starts_with('3'),
            Make::Ours(_, era) => era.capabilities().psync2,
        }
    }
}

static STARTED: AtomicU32 = AtomicU32::new(0);

/// A port that nobody has now, below those that the kernel gives to dials.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + ((std::process::id().wrapping_mul(97) + n) % 12_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Looks until something is so; it must be within `seconds`.
///
/// # Panics
/// If it never is.
pub fn eventually(what: &str, seconds: u64, mut look: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    while !look() {
        assert!(Instant::now() < deadline, "after {seconds} s still not: {what}");
        std::thread::sleep(Duration::from_millis(15));
    }
}

/// A client's connection.
pub struct Conn {
    stream: TcpStream,
    parser: ReplyParser,
}
impl Conn {
    /// Connects; `None` if nobody listens.
    #[must_use]
    pub fn open(port: u16) -> Option<Conn> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        stream.set_nodelay(true).ok()?;
        Some(Conn { stream, parser: ReplyParser::new() })
    }
    /// Sends commands and reads as many replies. `None` if the connection breaks.
    pub fn pipeline<W: AsRef<[u8]>>(&mut self, commands: &[Vec<W>]) -> Option<Vec<Reply>> {
        let mut wire = Vec::new();
        for command in commands {
            write_command(command, &mut wire);
        }
        self.stream.write_all(&wire).ok()?;
        (0..commands.len()).map(|_| self.read()).collect()
    }
    /// Reads one reply that nobody asks for any more, such as a message; `None` if the connection breaks.
    pub fn read(&mut self) -> Option<Reply> {
        let mut buffer = Vec::new();
        loop {
            if let Some(reply) = self.parser.next().ok()? {
                return Some(reply);
            }
            buffer.resize(64 * 1024, 0);
            match self.stream.read(&mut buffer) {
                Ok(n) if n > 0 => self.parser.feed(&buffer[..n]),
                _ => return None,
            }
        }
    }
    /// Sends bytes and reads no reply.
    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).expect("the server reads");
    }
}

/// A server process.
pub struct Live {
    /// What it is.
    pub make: Make,
    /// Its port, the same after a restart.
    pub port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    password: Option<String>,
    child: Mutex<Option<Child>>,
    conn: Mutex<Option<Conn>>,
}

impl Live {
    /// Starts a server with these further words of its command line, and waits until it answers. Without `--save` it has no save points.
    ///
    /// # Panics
    /// If it does not come up within 20 s.
    #[must_use]
    pub fn start(make: Make, arguments: &[&str]) -> Live {
        Live::start_with(make, None, arguments)
    }
    /// As [`Live::start`], with a configuration file of this text: `redis.conf` in its folder.
    ///
    /// # Panics
    /// If it does not come up within 20 s.
    #[must_use]
    pub fn start_with(make: Make, conf: Option<&str>, arguments: &[&str]) -> Live {
        let folder = std::env::temp_dir().join(format!("resync-live-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        if let Some(text) = conf {
            std::fs::write(folder.join("redis.conf"), text).expect("its configuration");
        }
        let password = arguments.windows(2).find(|w| w[0] == "--requirepass").map(|w| w[1].to_owned());
        let mut live = Live {
            make,
            port: free_port(),
            folder,
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            password,
            child: Mutex::new(None),
            conn: Mutex::new(None),
        };
        // Between the look at a port and the server's bind somebody else may have taken it: then it is another one.
        while !live.comes_up() {
            std::fs::remove_file(live.log_file()).expect("its log");
            live.port = free_port();
        }
        live
    }
    fn launch(&self) {
        assert!(self.comes_up(), "port {} is taken: {}", self.port, self.log());
    }
    /// Starts it and waits until it answers; `false` if somebody else has its port.
    fn comes_up(&self) -> bool {
        let (program, own) = self.make.program();
        let mut words: Vec<String> =
            Some(self.file("redis.conf")).filter(|f| f.is_file()).map(|f| f.display().to_string()).into_iter().collect();
        words.extend(own);
        words.extend(["--port".to_owned(), self.port.to_string(), "--bind".to_owned(), "127.0.0.1".to_owned(), "--dir".to_owned()]);
        words.push(self.folder.display().to_string());
        if !self.arguments.iter().any(|a| a == "--save") {
            words.extend(["--save".to_owned(), String::new()]);
        }
        if matches!(self.make, Make::Real(release) if release.starts_with(['7', '8', 'v'])) {
            // DEBUG DIGEST; ours and older ones give it without being asked.
            words.extend(["--enable-debug-command".to_owned(), "yes".to_owned()]);
        }
        words.extend(self.arguments.iter().cloned());
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.log_file()).expect("its log");
        let errors = log.try_clone().expect("its log once more");
        let child = Command::new(&program).args(&words).stdin(Stdio::null()).stdout(log).stderr(errors).spawn();
        let child = child.unwrap_or_else(|why| panic!("{} does not start: {why}", program.display()));
        *self.child.lock().expect("nobody panicked with it") = Some(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            *self.conn.lock().expect("nobody panicked with it") = self.connect();
            if self.try_command(&["PING"]) == Some(Reply::StatusText("PONG".to_owned())) {
                return true;
            }
            let ended = self
                .child
                .lock()
                .expect("nobody panicked with it")
                .as_mut()
                .is_none_or(|child| child.try_wait().is_ok_and(|end| end.is_some()));
            if ended && self.log().contains("Address already in use") {
                return false;
            }
            // Whoever reads of it wants to know what it said.
            assert!(Instant::now() < deadline, "{:?} on port {} does not answer within 20 s: {}", self.make, self.port, self.log());
            std::thread::sleep(Duration::from_millis(15));
        }
    }
    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }
    /// A connection of one's own, with the password given.
    #[must_use]
    pub fn connect(&self) -> Option<Conn> {
        let mut conn = Conn::open(self.port)?;
        if let Some(password) = &self.password {
            conn.pipeline(&[vec!["AUTH", password]])?;
        }
        Some(conn)
    }
    /// Everything that it logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }
    /// A file of its folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
    /// Its process id.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.lock().expect("nobody panicked with it").as_ref().expect("a process").id()
    }
    /// As [`Live::command`], or `None` if the connection breaks.
    pub fn try_command(&self, words: &[&str]) -> Option<Reply> {
        let mut conn = self.conn.lock().expect("nobody panicked with it");
        let replies = conn.as_mut()?.pipeline(&[words.to_vec()]);
        if replies.is_none() {
            *conn = self.connect();
        }
        replies?.pop()
    }
    /// Runs a command.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn command(&self, words: &[&str]) -> Reply {
        self.try_command(words).unwrap_or_else(|| panic!("{:?} broke the connection at {words:?}", self.make))
    }
    /// Runs a command that must answer `+OK`.
    ///
    /// # Panics
    /// If it does not.
    pub fn ok(&self, words: &[&str]) {
        assert_eq!(self.command(words), Reply::StatusText("OK".to_owned()), "{words:?}");
    }
    /// Runs many.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn pipeline<W: AsRef<[u8]>>(&self, commands: &[Vec<W>]) -> Vec<Reply> {
        let mut conn = self.conn.lock().expect("nobody panicked with it");
        conn.as_mut().expect("a connection").pipeline(commands).expect("the connection holds")
    }
    /// A field of INFO; empty if there is none.
    #[must_use]
    pub fn info(&self, field: &str) -> String {
        let Some(Reply::Bulk(text)) = self.try_command(&["INFO"]) else { return String::new() };
        info::parse(&String::from_utf8_lossy(&text)).ok().and_then(|text| text.named(field)).unwrap_or_default()
    }
    /// The same as a number; 0 if there is none.
    #[must_use]
    pub fn count(&self, field: &str) -> i64 {
        self.info(field).parse().unwrap_or(0)
    }
    /// Lets the process end by SHUTDOWN, with or without a last RDB, and waits for it. Gives its exit code.
    ///
    /// # Panics
    /// If it does not end.
    pub fn shut_down(&self, how: &str) -> Option<i32> {
        let mut conn = self.conn.lock().expect("nobody panicked with it").take().or_else(|| self.connect()).expect("a connection");
        let mut wire = Vec::new();
        write_command(&["SHUTDOWN", how], &mut wire);
        conn.send(&wire);
        self.ended()
    }
    /// Sends a signal by name (`TERM`, `INT`, `STOP`, `CONT`, `KILL`).
    ///
    /// # Panics
    /// If there is no `kill`.
    pub fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill").success());
    }
    /// Waits for the end of the process.
    ///
    /// # Panics
    /// If it does not come.
    pub fn ended(&self) -> Option<i32> {
        let mut code = None;
        eventually("the process ends", 20, || {
            let mut child = self.child.lock().expect("nobody panicked with it");
            let status = child.as_mut().expect("a process").try_wait().expect("a child of ours");
            code = status.and_then(|s| s.code());
            status.is_some()
        });
        *self.conn.lock().expect("nobody panicked with it") = None;
        code
    }
    /// Starts it again, with the same words and files.
    pub fn again(&self) {
        self.launch();
    }
    /// Makes it follow `port`.
    pub fn follow(&self, port: u16) {
        self.ok(&["SLAVEOF", "127.0.0.1", &port.to_string()]);
    }

    /// Waits until `replica` has everything that this master has.
    ///
    /// # Panics
    /// If that does not come.
    pub fn settled(&self, replica: &Live) {
        eventually(&format!("{:?} settles under {:?}", replica.make, self.make), 30, || {
            let up = replica.info("master_link_status") == "up";
            let (here, there) = (self.info("master_repl_offset"), replica.info("slave_repl_offset"));
            // 2.6 has no offsets: there only the data tell.
            up && (here == there || here.is_empty() || there.is_empty()) && self.info("slave0").contains("online")
        });
    }
    /// What DEBUG DIGEST says of its data; `None` of real servers before 4.0, which it crashes.
    ///
    /// # Panics
    /// If it says something else.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        if matches!(self.make, Make::Real(_)) && !self.make.psync2() {
            return None;
        }
        let digest = plain(&self.command(&["DEBUG", "DIGEST"]));
        assert!(digest.len() == 40 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{:?}: {digest}", self.make);
        Some(digest)
    }
    /// Waits until `other` holds the same data: the same DEBUG DIGEST where both have one, and, key by key where they are few, the same contents.
    ///
    /// # Panics
    /// If it does not: with the first key that differs.
    pub fn same_data(&self, other: &Live) {
        /// Beyond it the digest alone has to do.
        const FEW: i64 = 5_000;
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            // Taken before: unoptimised, a digest of many keys takes its time, and the first look may come before the last expiry.
            let late = Instant::now() >= deadline;
            let few = matches!(self.command(&["DBSIZE"]), Reply::Int(n) if n < FEW);
            let digests = self.digest().zip(other.digest());
            let equal = digests.as_ref().is_none_or(|(mine, theirs)| mine == theirs);
            let difference = if late || digests.is_none() || (few && equal) { self.difference(other) } else { None };
            if equal && difference.is_none() {
                return;
            }
            let difference = difference.or_else(|| late.then(|| self.digests_apart(other)).flatten());
            assert!(!late, "{:?} and {:?} differ ({digests:?}): {difference:?}", self.make, other.make);
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    /// The first key whose own digest differs.
    fn digests_apart(&self, other: &Live) -> Option<String> {
        let mut conns = [self.connect()?, other.connect()?];
        for db in 0..4 {
            for conn in &mut conns {
                conn.pipeline(&[vec!["SELECT".to_owned(), db.to_string()]])?;
            }
            let Some(Reply::Array(keys)) = conns[0].pipeline(&[vec!["KEYS", "*"]])?.pop() else { continue };
            for piece in keys.chunks(500) {
                let ask: Vec<Vec<String>> = piece.iter().map(|k| vec!["DEBUG".to_owned(), "DIGEST-VALUE".to_owned(), plain(k)]).collect();
                let (mine, theirs) = (conns[0].pipeline(&ask)?, conns[1].pipeline(&ask)?);
                if let Some(n) = (0..piece.len()).find(|n| mine[*n] != theirs[*n]) {
                    return Some(format!("db {db}, {:?}: {:?} and {:?}", ask[n], mine[n], theirs[n]));
                }
            }
        }
        None
    }
    fn difference(&self, other: &Live) -> Option<String> {
        let (mine, theirs) = (self.content(), other.content());
        if mine == theirs {
            return mine.is_empty().then(|| "there is nothing to compare".to_owned());
        }
        let missing = mine.iter().find(|(key, value)| theirs.get(*key) != Some(value));
        let extra = theirs.keys().find(|key| !mine.contains_key(*key));
        let shown =
            missing.map(|(key, value)| format!("{key:?} is {value:.300} and {:.300}", theirs.get(key).map_or("absent", String::as_str)));
        shown.or_else(|| extra.map(|key| format!("{key:?} is there only")))
    }
    /// Every key with its content, as text: database and key, type, elements in an order of their own, and whether it has a time to live.
    ///
    /// # Panics
    /// If the connection breaks.
    #[must_use]
    pub fn content(&self) -> BTreeMap<(usize, String), String> {
        const PIECE: usize = 500;
        let mut conn = self.connect().expect("a connection");
        let mut all = BTreeMap::new();
        for db in 0..4 {
            conn.pipeline(&[vec!["SELECT".to_owned(), db.to_string()]]).expect("SELECT");
            let keys = conn.pipeline(&[vec!["KEYS", "*"]]).expect("KEYS");
            let Some(Reply::Array(keys)) = keys.into_iter().next() else { continue };
            let keys: Vec<String> = keys.iter().map(plain).collect();
            for piece in keys.chunks(PIECE) {
                let ask = |name: &str| piece.iter().map(|k| vec![name.to_owned(), k.clone()]).collect::<Vec<_>>();
                let types: Vec<String> = conn.pipeline(&ask("TYPE")).expect("TYPE").iter().map(plain).collect();
                let ttls = conn.pipeline(&ask("TTL")).expect("TTL");
                let reads: Vec<Vec<String>> = piece.iter().zip(&types).map(|(key, kind)| reading(key, kind)).collect();
                let values = conn.pipeline(&reads).expect("reads");
                for (((key, kind), ttl), value) in piece.iter().zip(&types).zip(&ttls).zip(&values) {
                    if kind == "none" {
                        continue;
                    }
                    let mut elements = match value {
                        Reply::Array(items) => items.iter().map(plain).collect(),
                        other => vec![plain(other)],
                    };
                    match kind.as_str() {
                        "set" => elements.sort(),
                        "hash" => {
                            let mut pairs: Vec<String> = elements.chunks(2).map(|pair| pair.join("=")).collect();
                            pairs.sort();
                            elements = pairs;
                        }
                        _ => {}
                    }
                    let volatile = !matches!(ttl, Reply::Int(-1));
                    all.insert((db, key.clone()), format!("{kind} {volatile} {}", elements.join(" ")));
                }
            }
        }
        all
    }
}

fn plain(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(bytes) => bytes.escape_ascii().to_string(),
        Reply::StatusText(text) | Reply::Error(text) => text.clone(),
        Reply::Int(n) => n.to_string(),
        other => format!("{other:?}"),
    }
}
fn reading(key: &str, kind: &str) -> Vec<String> {
    let words: &[&str] = match kind {
        "list" => &["LRANGE", key, "0", "-1"],
        "set" => &["SMEMBERS", key],
        "hash" => &["HGETALL", key],
        "zset" => &["ZRANGE", key, "0", "-1", "WITHSCORES"],
        _ => &["GET", key],
    };
    words.iter().map(|w| (*w).to_owned()).collect()
}

impl Drop for Live {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(40).collect();
            eprintln!("── {:?} on port {}", self.make, self.port);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        if let Ok(mut child) = self.child.lock()
            && let Some(child) = child.as_mut()
        {
            // Nothing to be done if it is gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A way to a server that can be cut and healed.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    state: Arc<ProxyState>,
}
struct ProxyState {
    cut: AtomicBool,
    over: AtomicBool,
    streams: Mutex<Vec<TcpStream>>,
}
impl Proxy {
    /// Opens a way to this port.
    ///
    /// # Panics
    /// If there is no port.
    #[must_use]
    pub fn open(to: u16) -> Proxy {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        let state = Arc::new(ProxyState { cut: AtomicBool::new(false), over: AtomicBool::new(false), streams: Mutex::new(Vec::new()) });
        let ours = state.clone();
        std::thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                if ours.over.load(Ordering::Relaxed) {
                    return;
                }
                if ours.cut.load(Ordering::Relaxed) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                let clone = |s: &TcpStream| s.try_clone().expect("a descriptor");
                ours.streams.lock().expect("nobody panicked with it").extend([clone(&caller), clone(&server)]);
                carry(clone(&caller), clone(&server));
                carry(server, caller);
            }
        });
        Proxy { port, state }
    }
    /// Resets what runs through it and refuses what comes.
    ///
    /// # Panics
    /// If a thread of its own did.
    pub fn cut(&self) {
        self.state.cut.store(true, Ordering::Relaxed);
        for stream in self.state.streams.lock().expect("nobody panicked with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
    /// Lets through again.
    pub fn heal(&self) {
        self.state.cut.store(false, Ordering::Relaxed);
    }
}
impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Relaxed);
        self.cut();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}
fn carry(mut from: TcpStream, mut to: TcpStream) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(n) = from.read(&mut buffer) {
            if n == 0 || to.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}

/// A writer: some commands of every kind, drawn from a seed, over `keys` keys of each type in four databases.
pub struct Writer {
    seed: u64,
    n: u64,
    keys: u64,
}
impl Writer {
    /// A writer of its own.
    #[must_use]
    pub const fn new(seed: u64, keys: u64) -> Writer {
        Writer { seed, n: 0, keys }
    }
    fn draw(&mut self, below: u64) -> u64 {
        use resync_core::prng::{Purpose, below as under, rand};
        self.n += 1;
        under(rand(self.seed, 1, Purpose::Swarm, self.n), below)
    }
    /// The next `count` commands.
    pub fn commands(&mut self, count: usize) -> Vec<Vec<String>> {
        let mut all = Vec::with_capacity(count);
        while all.len() < count {
            if self.draw(50) == 0 {
                all.push(words("SELECT", &[&self.draw(4).to_string()]));
            }
            if self.draw(30) == 0 {
                all.push(words("MULTI", &[]));
                for _ in 0..=self.draw(3) {
                    let one = self.one();
                    all.push(one);
                }
                all.push(words("EXEC", &[]));
            } else {
                let one = self.one();
                all.push(one);
            }
        }
        all
    }
    fn one(&mut self) -> Vec<String> {
        let key = |kind: &str, n: u64| format!("{kind}:{n}");
        let keys = self.keys;
        let (a, b) = (self.draw(keys), self.draw(keys));
        let number = self.draw(10_000).to_string();
        let length = self.draw(40) as usize + if self.draw(100) == 0 { 3_000 } else { 0 };
        let text = format!("{number}-{}", "v".repeat(length));
        let member = format!("m{}", self.draw(60));
        let member: &str = if self.draw(3) == 0 { &number } else { &member };
        let score = format!("{}.{}", self.draw(1_000), self.draw(4) * 25);
        match self.draw(36) {
            0..=5 => words("SET", &[&key("s", a), &text]),
            6 => words("SET", &[&key("s", a), &text, "PX", &(150 + self.draw(600)).to_string()]),
            7 => words("SET", &[&key("s", a), &text, "EX", "1000"]),
            8 => words("APPEND", &[&key("s", a), &number]),
            9 => words("INCR", &[&key("n", a)]),
            10 => words("INCRBY", &[&key("n", a), &number]),
            11 => words("INCRBYFLOAT", &[&key("f", a), &score]),
            12 => words("GETSET", &[&key("s", a), &text]),
            13 => words("SETRANGE", &[&key("s", a), "3", &number]),
            14 => words("MSET", &[&key("s", a), &text, &key("s", b), &number]),
            15..=16 => words("RPUSH", &[&key("l", a), &text, &number]),
            17 => words("LPUSH", &[&key("l", a), &number]),
            18 => words("LPOP", &[&key("l", a)]),
            19 => words("RPOPLPUSH", &[&key("l", a), &key("l", b)]),
            20 => words("LTRIM", &[&key("l", a), "0", "40"]),
            21..=22 => words("SADD", &[&key("t", a), member, &number]),
            23 => words("SREM", &[&key("t", a), member]),
            24 => words("SPOP", &[&key("t", a)]),
            25 => words("SUNIONSTORE", &[&key("t", a), &key("t", a), &key("t", b)]),
            26..=27 => words("HSET", &[&key("h", a), member, &text]),
            28 => words("HDEL", &[&key("h", a), member]),
            29 => words("HINCRBY", &[&key("hn", a), member, "3"]),
            30..=31 => words("ZADD", &[&key("z", a), &score, member]),
            32 => words("ZINCRBY", &[&key("z", a), "1.5", member]),
            33 => words("ZREM", &[&key("z", a), member]),
            34 => words("DEL", &[&key("s", a), &key("l", b)]),
            _ => {
                let kind = ["s", "l", "t", "h", "z"][self.draw(5) as usize];
                words("EXPIRE", &[&key(kind, a), if self.draw(2) == 0 { "1000" } else { "1" }])
            }
        }
    }
    /// Runs the next `count` commands on a server, 64 in flight.
    ///
    /// # Panics
    /// If one of them is answered with an error, or the connection breaks.
    pub fn write(&mut self, server: &Live, count: usize) {
        let mut conn = server.connect().expect("a connection");
        for piece in self.commands(count).chunks(64) {
            for (reply, command) in conn.pipeline(piece).expect("the connection holds").iter().zip(piece) {
                assert!(!matches!(reply, Reply::Error(_)), "{:?}: {command:?} answered {reply:?}", server.make);
            }
        }
    }
}
fn words(name: &str, rest: &[&str]) -> Vec<String> {
    std::iter::once(name).chain(rest.iter().copied()).map(str::to_owned).collect()
}

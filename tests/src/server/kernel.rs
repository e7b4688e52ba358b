//! The event loop: what a kernel does for a process, with real sockets, files, signals and time.
//!
//! A turn is: what the kernel has to say (connections, dials, files, signals), then one read of each readable conn in the order in which they were
//! accepted, then timers, then writes. The node costs no simulated time here: real time does it.

use super::child::{Children, Handed};
use super::conf::{Setup, os_error, unix_ms};
use super::disk::{Disk, Done, Work};
use super::failure::Failure;
use super::log::Log;
use super::own_file::OwnFile;
use super::socket::{Got, ROOM, Socket};
use bytes::Bytes;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream, UnixStream};
use mio::{Events, Interest, Poll, Token as Slot, Waker};
use resync_core::fact::{Folder, Mark};
use resync_core::limits::READ_BYTES_MAX;
use resync_core::node::Node;
use resync_core::node::api::{
    Address, ChildKind, ChildResult, CloseWhy, ConnId, Costs, DialError, FileOp, FileResult, Ground, Input, JobId, OpId, Outbox, Output,
    Payload, Settings, Token,
};
use resync_core::node::log::line;
use resync_core::note::Note;
use resync_core::time::{Span, Time};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::collections::{BTreeSet, HashMap};
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// Slots of the poll that are no conns.
const WAKE: Slot = Slot(0);
const SIGTERM_SLOT: Slot = Slot(1);
const SIGINT_SLOT: Slot = Slot(2);
const LISTEN: usize = 3;
/// Conns and dials: their number is added.
const CONNS: usize = 64;
/// Conns accepted in one turn, as in Redis.
const ACCEPTS: usize = 1_000;
/// Times that one conn is written to in a turn while the node has more for it.
const WRITES: usize = 16;
/// How long a conn that the node closed may take to send what it still has.
const LINGER: Duration = Duration::from_secs(10);
/// How often a child that sleeps looks whether it was killed.
const NAP: Duration = Duration::from_millis(20);

const DENIED: &str = "-DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user. In this mode connections are only accepted from the loopback interface. If you want to connect from external computers to Redis you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the default user. NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.\r\n";

/// News from other threads.
enum News {
    Disk(Done),
    /// A child has slept enough, or was killed before.
    Slept(JobId, Option<(ChildKind, Arc<AtomicBool>)>),
    /// A name was looked up.
    Resolved(Token, Option<SocketAddr>),
}

/// A dial under way.
enum Dial {
    Resolving,
    Connecting(u64),
}

/// The machine that a node runs on.
pub(super) struct Kernel {
    node: Node,
    out: Outbox,
    started: Instant,
    poll: Poll,
    waker: Arc<Waker>,
    listeners: Vec<TcpListener>,
    /// Where they listen, and how.
    port: u16,
    bind: Vec<String>,
    backlog: i32,
    signals: [UnixStream; 2],
    news: Receiver<News>,
    sender: Sender<News>,
    disk: Disk,
    log: Log,
    pidfile: Option<PathBuf>,
    own_file: OwnFile,
    sockets: HashMap<u64, Socket>,
    next: u64,
    dials: HashMap<Token, Dial>,
    dialling: HashMap<u64, (Token, TcpStream)>,
    /// Conns that may have something to read.
    ready: BTreeSet<u64>,
    /// Readable conns that the process does not read now.
    parked: BTreeSet<u64>,
    /// Conns to be written to.
    dirty: Vec<u64>,
    /// Closed by the node, not yet sent out.
    lingering: BTreeSet<u64>,
    children: Children,
    /// What has to be told to the node, in order.
    inbox: Vec<Input>,
    /// Whether a password is needed from afar.
    protected: bool,
    exit: Option<u8>,
    ended_well: bool,
}

/// Sleeps until so much time has passed since a moment.
fn sleep_until(began: Instant, span: Span) {
    let rest = Duration::from_micros(span.as_micros()).saturating_sub(began.elapsed());
    if rest > Duration::ZERO {
        std::thread::sleep(rest);
    }
}

impl Kernel {
    /// Listens, and starts the process.
    ///
    /// # Errors
    /// What redis-server prints when it cannot come up.
    pub(super) fn new(setup: &Setup) -> Result<Kernel, Failure> {
        let caps = setup.era.capabilities();
        let pid = u64::from(std::process::id());
        let fatal = |text: &str| {
            let text = line(&caps, pid, 'M', unix_ms(), Mark::Warning, text);
            Failure { text: format!("{text}\n"), code: 1, log: true }
        };
        let port = u16::try_from(setup.values.port).unwrap_or(0);
        let listeners = listen(&setup.bind, setup.backlog, port).map_err(|(host, why)| {
            if caps.startup_errors_in_full {
                let first = format!("Warning: Could not create server TCP listening socket {host}:{port}: {why}");
                let second = format!("Failed listening on port {port} (TCP), aborting.");
                let (first, second) = (fatal(&first), fatal(&second));
                return Failure { text: first.text + &second.text, ..second };
            }
            fatal(&format!("Creating Server TCP listening socket {host}:{port}: {why}"))
        })?;
        let unable = |why: std::io::Error| fatal(&format!("Failed creating the event loop. Error message: '{}'", os_error(&why)));
        let started = Instant::now();
        let settings = Settings {
            name: "resync-node".to_owned(),
            era: setup.era,
            ip: "127.0.0.1".to_owned(),
            config: setup.config.clone(),
            seed: seed(pid),
            epoch_unix_ms: unix_ms(),
            costs: Costs::ZERO,
            pid: Some(pid),
            config_file: setup.file.as_ref().map(|path| path.to_string_lossy().into_owned()),
            allocator: setup.allocator,
        };
        let node = Node::new(settings).map_err(|error| fatal(&error.reason))?;
        let poll = Poll::new().map_err(unable)?;
        let registry = poll.registry();
        let waker = Arc::new(Waker::new(registry, WAKE).map_err(unable)?);
        let mut listeners: Vec<TcpListener> = listeners.into_iter().map(TcpListener::from_std).collect();
        for (n, listener) in listeners.iter_mut().enumerate() {
            registry.register(listener, Slot(LISTEN + n), Interest::READABLE).map_err(unable)?;
        }
        let signal = |number, slot| {
            let (here, there) = UnixStream::pair()?;
            let mut here = here;
            signal_hook::low_level::pipe::register(number, there)?;
            registry.register(&mut here, slot, Interest::READABLE)?;
            Ok(here)
        };
        let signals = [signal(SIGTERM, SIGTERM_SLOT).map_err(unable)?, signal(SIGINT, SIGINT_SLOT).map_err(unable)?];
        let (sender, news) = channel();
        let (to_loop, wake) = (sender.clone(), waker.clone());
        let disk = Disk::start(move |done| {
            drop(to_loop.send(News::Disk(done)));
            drop(wake.wake());
        })
        .map_err(unable)?;
        if let Some(pidfile) = &setup.pidfile {
            // Redis goes on without it.
            drop(std::fs::write(pidfile, format!("{pid}\n")));
        }
        let mut kernel = Kernel {
            node,
            out: Outbox::default(),
            started,
            poll,
            waker,
            listeners,
            port,
            bind: setup.bind.clone(),
            backlog: setup.backlog,
            signals,
            news,
            sender,
            disk,
            log: Log::new(setup.logfile.clone()),
            pidfile: setup.pidfile.clone(),
            own_file: OwnFile::new(setup),
            sockets: HashMap::new(),
            next: 1,
            dials: HashMap::new(),
            dialling: HashMap::new(),
            ready: BTreeSet::new(),
            parked: BTreeSet::new(),
            dirty: Vec::new(),
            lingering: BTreeSet::new(),
            children: Children::default(),
            inbox: Vec::new(),
            protected: setup.era.capabilities().acl,
            exit: None,
            ended_well: false,
        };
        kernel.boot(setup)?;
        Ok(kernel)
    }

    fn boot(&mut self, setup: &Setup) -> Result<(), Failure> {
        let path = self.dump_path();
        let rdb = match std::fs::read(&path) {
            Ok(bytes) => Some(Bytes::from(bytes)),
            Err(why) if why.kind() == ErrorKind::NotFound => None,
            Err(why) => {
                let text = format!("Fatal error loading the DB: {}. Exiting.", os_error(&why));
                self.say(Mark::Warning, &text);
                self.log.flush();
                return Err(Failure::new(String::new()));
            }
        };
        self.give(Input::Boot { rdb, aof: setup.values.appendonly });
        for name in &setup.inert {
            self.say(Mark::Warning, &format!("WARNING: the directive '{name}' has no effect here."));
        }
        Ok(())
    }

    /// A line of this program's own in the log.
    fn say(&mut self, mark: Mark, text: &str) {
        let role = if self.node.role_is_master() { 'M' } else { 'S' };
        let text = line(self.node.capabilities(), self.node.pid(), role, unix_ms(), mark, text);
        self.log.line(&text);
    }
    fn dump_path(&self) -> PathBuf {
        let values = self.node.config_values();
        let text = |bytes: &Bytes| PathBuf::from(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes));
        text(&values.dir).join(text(&values.dbfilename))
    }
    /// Now, on the node's clock. Never 0: a process that stands there when a simulated world begins is another matter.
    fn now(&self) -> Time {
        Time::from_micros(self.started.elapsed().as_micros() as u64 + 1)
    }

    /// Runs until the process exits.
    pub(super) fn run(mut self) -> ExitCode {
        let mut events = Events::with_capacity(1_024);
        let mut buffer = Box::new([0; READ_BYTES_MAX]);
        while self.exit.is_none() {
            let idle = self.ready.is_empty() && self.dirty.is_empty();
            let wait = if idle { self.wait() } else { Some(Duration::ZERO) };
            self.log.flush();
            if let Err(why) = self.poll.poll(&mut events, wait)
                && why.kind() != ErrorKind::Interrupted
            {
                self.say(Mark::Warning, &format!("The event loop failed: {}", os_error(&why)));
                self.exit = Some(1);
            }
            for event in &events {
                self.event(event);
            }
            for input in std::mem::take(&mut self.inbox) {
                self.give(input);
            }
            self.reads(&mut buffer);
            self.child_streams();
            if self.exit.is_none() && self.node.next_wakeup().is_some_and(|at| at <= self.now()) {
                self.give(Input::Timer);
            }
            self.writes();
            self.linger();
        }
        self.end()
    }
    /// How long nothing has to be done.
    fn wait(&self) -> Option<Duration> {
        let linger = if self.lingering.is_empty() { None } else { Some(Duration::from_millis(100)) };
        let timer = self.node.next_wakeup().map(|at| Duration::from_micros(at.since(self.now()).as_micros()));
        let child = self.children.due().filter(|_| self.node.reads_child()).map(|at| at.saturating_duration_since(Instant::now()));
        [linger, timer, child].into_iter().flatten().min()
    }

    fn event(&mut self, event: &Event) {
        match event.token() {
            WAKE => {
                while let Ok(news) = self.news.try_recv() {
                    self.hear(news);
                }
            }
            SIGTERM_SLOT => self.signalled(0, "SIGTERM"),
            SIGINT_SLOT => self.signalled(1, "SIGINT"),
            Slot(n) if n < CONNS => self.accept(n - LISTEN),
            Slot(n) => {
                let id = (n - CONNS) as u64;
                if self.dialling.contains_key(&id) {
                    self.dialled(id);
                    return;
                }
                let Some(socket) = self.sockets.get_mut(&id) else { return };
                if event.is_read_closed() || event.is_error() {
                    socket.ending = true;
                }
                if event.is_writable() {
                    socket.writable();
                    if socket.may_write() {
                        self.list(id);
                    }
                }
                if event.is_readable() || event.is_read_closed() || event.is_error() {
                    self.ready.insert(id);
                }
            }
        }
    }
    fn hear(&mut self, news: News) {
        match news {
            News::Disk(Done::Saved(job, result)) => {
                self.children.gone(job);
                self.folder_seems(result.as_ref().err());
                let result = match result {
                    Ok(true) => ChildResult::Success,
                    // Redis ends its children with SIGUSR1.
                    Ok(false) => ChildResult::Signalled(10),
                    Err(why) if why.kind() == ErrorKind::NotFound => ChildResult::Failed,
                    Err(why) => {
                        let during = if self.node.capabilities().config_7_0 { "(rdbSaveRio)" } else { "" };
                        self.say(Mark::Warning, &format!("Write error saving DB on disk{during}: {}", os_error(&why)));
                        ChildResult::Failed
                    }
                };
                self.inbox.push(Input::ChildExited { job, result });
            }
            News::Disk(Done::Written(op, result)) => {
                self.folder_seems(result.as_ref().err());
                let result = result.map_or_else(|why| FileResult::Error(os_error(&why)), |()| FileResult::Done);
                self.inbox.push(Input::FileDone { op, result });
            }
            News::Slept(job, kind) => match kind {
                Some((kind, killed)) => self.spawn(job, kind, killed),
                None => self.child_exited(job, ChildResult::Signalled(10)),
            },
            News::Resolved(token, address) => {
                if matches!(self.dials.get(&token), Some(Dial::Resolving)) {
                    match address {
                        Some(address) => self.connect(token, address),
                        None => self.refuse(token, DialError::UnknownHost),
                    }
                }
            }
        }
    }
    fn signalled(&mut self, which: usize, name: &str) {
        let mut bytes = [0; 64];
        while self.signals[which].read(&mut bytes).is_ok_and(|n| n > 0) {}
        let pid = self.node.pid();
        let seconds = unix_ms().div_euclid(1_000);
        let frame = if self.node.capabilities().log_role { format!("{pid}:signal-handler") } else { format!("[{pid} | signal handler]") };
        let text = if which == 1 {
            "Received SIGINT scheduling shutdown...".to_owned()
        } else {
            format!("Received {name} scheduling shutdown...")
        };
        self.log.line(&format!("{frame} ({seconds}) {text}"));
        if self.node.loading().is_some_and(|l| !l.from_master()) {
            // Nothing is lost: the data lie on the disk.
            self.say(Mark::Warning, "Received shutdown signal during loading, exiting now.");
            self.exit = Some(0);
            return;
        }
        self.inbox.push(Input::Terminate);
    }

    // ---- connections

    fn accept(&mut self, which: usize) {
        for _ in 0..ACCEPTS {
            let Some(listener) = self.listeners.get(which) else { return };
            match listener.accept() {
                Ok((stream, peer)) => self.accepted(stream, peer),
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => {
                    if why.kind() != ErrorKind::WouldBlock {
                        self.say(Mark::Warning, &format!("Accepting client connection: {}", os_error(&why)));
                    }
                    return;
                }
            }
        }
    }
    fn accepted(&mut self, mut stream: TcpStream, peer: SocketAddr) {
        let values = self.node.config_values();
        let refusal = if self.sockets.len() as i64 >= values.maxclients {
            Some("-ERR max number of clients reached\r\n")
        } else if self.protected && values.protected_mode && values.requirepass.is_empty() && !peer.ip().to_canonical().is_loopback() {
            Some(DENIED)
        } else {
            None
        };
        if let Some(text) = refusal {
            // A kernel with an empty buffer takes a line at once.
            drop(stream.write(text.as_bytes()));
            return;
        }
        let alive = u64::try_from(values.tcp_keepalive).unwrap_or(0);
        drop(stream.set_nodelay(true));
        if alive > 0 {
            let keepalive = socket2::TcpKeepalive::new().with_time(Duration::from_secs(alive));
            drop(socket2::SockRef::from(&stream).set_tcp_keepalive(&keepalive));
        }
        let Some(id) = self.adopt(stream) else { return };
        let peer = Address { host: peer.ip().to_canonical().to_string(), port: peer.port() };
        self.give(Input::Accepted { conn: ConnId(id), room: ROOM, peer });
    }
    fn adopt(&mut self, mut stream: TcpStream) -> Option<u64> {
        let id = self.next;
        self.next += 1;
        let slot = Slot(CONNS + id as usize);
        if let Err(why) = self.poll.registry().register(&mut stream, slot, Interest::READABLE | Interest::WRITABLE) {
            self.say(Mark::Warning, &format!("Error registering fd event for the new client: {}", os_error(&why)));
            return None;
        }
        self.sockets.insert(id, Socket::new(stream));
        Some(id)
    }
    fn drop_socket(&mut self, id: u64) {
        self.ready.remove(&id);
        self.parked.remove(&id);
        self.lingering.remove(&id);
        if let Some(mut socket) = self.sockets.remove(&id) {
            drop(self.poll.registry().deregister(&mut socket.stream));
            self.children.keep(id, socket);
        }
    }
    /// The node closes: what it has written still goes out.
    fn close(&mut self, id: u64) {
        let Some(socket) = self.sockets.get_mut(&id) else { return };
        let _ = socket.write();
        if socket.drained() {
            self.drop_socket(id);
            return;
        }
        socket.closing = Some(Instant::now());
        self.ready.remove(&id);
        self.parked.remove(&id);
        self.lingering.insert(id);
        self.list(id);
    }
    fn linger(&mut self) {
        if self.lingering.is_empty() {
            return;
        }
        let over = |s: &Socket| s.drained() || s.closing.is_some_and(|since| since.elapsed() > LINGER);
        let done: Vec<u64> = self.lingering.iter().copied().filter(|id| self.sockets.get(id).is_none_or(over)).collect();
        for id in done {
            self.drop_socket(id);
        }
    }

    // ---- dials

    fn dial(&mut self, token: Token, to: &Address) {
        if let Ok(ip) = to.host.parse::<IpAddr>() {
            self.connect(token, SocketAddr::new(ip, to.port));
            return;
        }
        self.dials.insert(token, Dial::Resolving);
        let (host, port, news, waker) = (to.host.clone(), to.port, self.sender.clone(), self.waker.clone());
        let looks_up = std::thread::Builder::new().name("resolver".to_owned()).spawn(move || {
            let found = (host.as_str(), port).to_socket_addrs().ok().and_then(|all| {
                let all: Vec<SocketAddr> = all.collect();
                all.iter().find(|a| a.is_ipv4()).or(all.first()).copied()
            });
            drop(news.send(News::Resolved(token, found)));
            drop(waker.wake());
        });
        if looks_up.is_err() {
            self.refuse(token, DialError::UnknownHost);
        }
    }
    fn connect(&mut self, token: Token, address: SocketAddr) {
        let id = self.next;
        self.next += 1;
        let slot = Slot(CONNS + id as usize);
        let registry = self.poll.registry();
        let dialled = TcpStream::connect(address).and_then(|mut stream| {
            registry.register(&mut stream, slot, Interest::READABLE | Interest::WRITABLE)?;
            Ok(stream)
        });
        match dialled {
            Ok(stream) => {
                self.dials.insert(token, Dial::Connecting(id));
                self.dialling.insert(id, (token, stream));
            }
            Err(why) => self.refuse(token, dial_error(&why)),
        }
    }
    fn refuse(&mut self, token: Token, why: DialError) {
        self.dials.remove(&token);
        self.inbox.push(Input::Refused { token, why });
        self.again();
    }
    /// The kernel has news of a dial.
    fn dialled(&mut self, id: u64) {
        let Some((token, stream)) = self.dialling.get(&id) else { return };
        let token = *token;
        match stream.take_error() {
            Ok(None) => {
                if stream.peer_addr().is_err() {
                    return;
                }
                let Some((_, stream)) = self.dialling.remove(&id) else { return };
                self.dials.remove(&token);
                drop(stream.set_nodelay(true));
                self.sockets.insert(id, Socket::new(stream));
                self.ready.insert(id);
                self.inbox.push(Input::Connected { token, conn: ConnId(id), room: ROOM });
            }
            Ok(Some(why)) | Err(why) => {
                self.hang_up(id);
                self.refuse(token, dial_error(&why));
            }
        }
    }
    fn hang_up(&mut self, id: u64) {
        if let Some((_, mut stream)) = self.dialling.remove(&id) {
            drop(self.poll.registry().deregister(&mut stream));
        }
    }

    // ---- reading and writing

    fn reads(&mut self, buffer: &mut [u8; READ_BYTES_MAX]) {
        if !self.parked.is_empty() {
            self.ready.append(&mut self.parked);
        }
        for id in std::mem::take(&mut self.ready) {
            if self.exit.is_some() {
                return;
            }
            if !self.node.reads(ConnId(id)) {
                self.parked.insert(id);
                continue;
            }
            let Some(socket) = self.sockets.get_mut(&id).filter(|s| s.closing.is_none()) else { continue };
            match socket.read(&mut buffer[..self.node.read_bytes(ConnId(id))]) {
                Got::Bytes(bytes, more) => {
                    if more {
                        self.ready.insert(id);
                    }
                    self.look_at_folder(id);
                    self.give(Input::Received { conn: ConnId(id), bytes });
                }
                Got::Nothing => {}
                Got::End(why) => self.ended(id, why),
            }
        }
        // A node that does not read (it loads) says by its timer when it does again.
    }
    /// An answer of the handshake may announce an RDB: whether a file for it can be made is to be known by then.
    fn look_at_folder(&mut self, id: u64) {
        if self.node.handshakes_on(ConnId(id)) {
            let path = self.dump_path().with_file_name(format!("temp-{}.{}.rdb", unix_ms().div_euclid(1_000), std::process::id()));
            let made = std::fs::File::create(&path);
            drop(std::fs::remove_file(&path));
            self.folder_seems(made.err().as_ref());
        }
    }
    /// What a file that was made, or not, says of the folder.
    fn folder_seems(&mut self, error: Option<&std::io::Error>) {
        let folder = match error.map(std::io::Error::kind) {
            Some(ErrorKind::NotFound) => Folder::Gone,
            Some(ErrorKind::PermissionDenied) => Folder::Denied,
            Some(ErrorKind::ReadOnlyFilesystem) => Folder::ReadOnly,
            _ => Folder::There,
        };
        self.node.stands_on(Ground { forks: true, folder });
    }
    /// The kernel says that a conn is over.
    fn ended(&mut self, id: u64, why: CloseWhy) {
        let known = self.sockets.get(&id).is_some_and(|s| s.closing.is_none());
        self.drop_socket(id);
        if known {
            self.give(Input::Closed { conn: ConnId(id), why });
        }
    }
    fn list(&mut self, id: u64) {
        if let Some(socket) = self.sockets.get_mut(&id)
            && !socket.listed
        {
            socket.listed = true;
            self.dirty.push(id);
        }
    }
    fn writes(&mut self) {
        for id in std::mem::take(&mut self.dirty) {
            if let Some(socket) = self.sockets.get_mut(&id) {
                socket.listed = false;
            }
            for _ in 0..WRITES {
                let Some(socket) = self.sockets.get_mut(&id) else { break };
                if let Err(why) = socket.write() {
                    self.ended(id, why);
                    break;
                }
                let closing = socket.closing.is_some();
                let Some(bytes) = socket.room_back().filter(|_| !closing) else { break };
                self.give(Input::Room { conn: ConnId(id), bytes });
                if !self.sockets.get(&id).is_some_and(Socket::may_write) {
                    break;
                }
            }
            if self.sockets.get(&id).is_some_and(Socket::may_write) {
                self.list(id);
            }
        }
    }

    // ---- the node

    /// Gives the node one input, and does what it asks for.
    fn give(&mut self, input: Input) {
        let mut out = std::mem::take(&mut self.out);
        let busy = self.node.handle(self.now(), input, &mut out);
        for note in out.notes.drain(..) {
            match note {
                Note::Log { line, .. } => self.log.line(&line),
                Note::ShutDown {} => self.ended_well = true,
                _ => {}
            }
        }
        if self.node.config_values().port != i64::from(self.port) {
            self.moves();
        }
        // While it works, or sleeps (DEBUG SLEEP), the process does nothing else, and nothing leaves it before its moment.
        if busy == Span::ZERO {
            for output in out.outputs.drain(..) {
                self.apply(output);
            }
            self.out = out;
            return;
        }
        let began = Instant::now();
        let mut waits = Vec::new();
        for output in out.outputs.drain(..) {
            if let Output::Worked { span } = output {
                sleep_until(began, span);
                waits.drain(..).for_each(|output| self.apply(output));
            } else {
                waits.push(output);
            }
        }
        sleep_until(began, busy);
        waits.drain(..).for_each(|output| self.apply(output));
        self.out = out;
    }
    /// CONFIG SET port (7.0): it listens there from now on, if it can; who is connected stays.
    fn moves(&mut self) {
        let port = u16::try_from(self.node.config_values().port).unwrap_or(0);
        self.port = port;
        let listeners = if port == 0 { Ok(Vec::new()) } else { listen(&self.bind, self.backlog, port) };
        match listeners {
            Ok(listeners) => {
                for mut old in self.listeners.drain(..) {
                    drop(self.poll.registry().deregister(&mut old));
                }
                self.listeners = listeners.into_iter().map(TcpListener::from_std).collect();
                for (n, listener) in self.listeners.iter_mut().enumerate() {
                    drop(self.poll.registry().register(listener, Slot(LISTEN + n), Interest::READABLE));
                }
            }
            Err((host, why)) => self.say(Mark::Warning, &format!("Could not create server TCP listening socket {host}:{port}: {why}")),
        }
    }
    fn apply(&mut self, output: Output) {
        match output {
            Output::Send { conn, bytes, label } => {
                let nagle = matches!(label.payload, Payload::Stream { .. }) && self.node.config_values().repl_disable_tcp_nodelay;
                let Some(socket) = self.sockets.get_mut(&conn.0) else { return };
                if nagle && !socket.stream_begun {
                    socket.stream_begun = true;
                    drop(socket.stream.set_nodelay(false));
                }
                socket.push(bytes);
                if socket.may_write() {
                    self.list(conn.0);
                }
            }
            Output::Shut { conn } => {
                if let Some(socket) = self.sockets.get_mut(&conn.0) {
                    let _ = socket.write();
                    drop(socket.stream.shutdown(std::net::Shutdown::Both));
                }
            }
            Output::Close { conn } => self.close(conn.0),
            Output::Connect { token, to } => self.dial(token, &to),
            Output::CancelConnect { token } => {
                if let Some(Dial::Connecting(id)) = self.dials.remove(&token) {
                    self.hang_up(id);
                }
            }
            Output::Spawn { job, kind, delay } => {
                let killed = self.children.fork(job, self.sockets.keys().copied());
                match kind {
                    ChildKind::RdbToSockets { rdb } => self.children.streams(job, rdb, Duration::from_micros(delay.as_micros())),
                    kind if delay == Span::ZERO => self.spawn(job, kind, killed),
                    kind => self.spawn_later(job, kind, delay, killed),
                }
            }
            Output::Kill { job } => {
                if self.children.kill(job) {
                    self.child_exited(job, ChildResult::Signalled(10));
                }
            }
            Output::File { op, what } => self.file(op, what),
            Output::Loaded | Output::Worked { .. } => {}
            Output::Exit => self.exit = Some(u8::from(!self.ended_well)),
        }
    }
    /// A child that sleeps on the way, beside everything else.
    fn spawn_later(&mut self, job: JobId, kind: ChildKind, delay: Span, killed: Arc<AtomicBool>) {
        let (sender, waker) = (self.sender.clone(), self.waker.clone());
        let until = Instant::now() + Duration::from_micros(delay.as_micros());
        std::thread::spawn(move || {
            while !killed.load(Ordering::Relaxed) && Instant::now() < until {
                std::thread::sleep(NAP.min(until - Instant::now().min(until)));
            }
            // If the process has ended meanwhile, nobody listens.
            let goes_on = !killed.load(Ordering::Relaxed);
            drop(sender.send(News::Slept(job, goes_on.then_some((kind, killed)))));
            drop(waker.wake());
        });
    }
    fn spawn(&mut self, job: JobId, kind: ChildKind, killed: Arc<AtomicBool>) {
        match kind {
            ChildKind::RdbToDisk { rdb } => {
                let path = self.dump_path();
                self.disk.ask(Work::Save { job, path, rdb, killed });
            }
            ChildKind::RdbToSockets { .. } | ChildKind::AofRewrite { .. } => self.child_exited(job, ChildResult::Success),
        }
    }
    fn child_exited(&mut self, job: JobId, result: ChildResult) {
        self.children.gone(job);
        self.inbox.push(Input::ChildExited { job, result });
        self.again();
    }
    /// What children have written for the sockets of replicas, as far as the process takes it.
    fn child_streams(&mut self) {
        for _ in 0..WRITES {
            if self.exit.is_some() || !self.node.reads_child() {
                return;
            }
            match self.children.take() {
                Some((job, Handed::Piece(bytes))) => self.give(Input::ChildOutput { job, bytes }),
                Some((job, Handed::End)) => self.child_exited(job, ChildResult::Success),
                None => return,
            }
        }
    }
    fn file(&mut self, op: OpId, what: FileOp) {
        let path = self.dump_path();
        match what {
            FileOp::WriteDump { rdb } | FileOp::RenameTemp { rdb } => self.disk.ask(Work::Write { op, path, rdb }),
            FileOp::RemoveDump => self.disk.ask(Work::Remove(path)),
            FileOp::RewriteConfig { wanted } => {
                let result = self.own_file.rewrite(self.node.config_values(), wanted);
                let result = result.map_or_else(|why| FileResult::Error(os_error(&why)), |()| FileResult::Done);
                self.inbox.push(Input::FileDone { op, result });
                self.again();
            }
            // The temporary file is written when it is whole.
            FileOp::AppendTemp { .. } | FileOp::RemoveTemp => {}
        }
    }
    /// The inbox is to be looked at before the loop sleeps.
    fn again(&self) {
        drop(self.waker.wake());
    }

    /// The process is over: what it wrote leaves, and its files are whole.
    fn end(mut self) -> ExitCode {
        self.children.kill_all();
        self.disk.finish();
        let mut code = self.exit.unwrap_or(0);
        while let Ok(news) = self.news.try_recv() {
            if let News::Disk(Done::Written(_, Err(why))) = news {
                self.say(Mark::Warning, &format!("Error trying to save the DB: {}", os_error(&why)));
                code = 1;
            }
        }
        for socket in self.sockets.values_mut() {
            let _ = socket.write();
        }
        if let Some(pidfile) = &self.pidfile {
            drop(std::fs::remove_file(pidfile));
        }
        self.log.flush();
        ExitCode::from(code)
    }
}

/// A number that no two servers share.
fn seed(pid: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one((pid, std::time::SystemTime::now()))
}

fn dial_error(why: &std::io::Error) -> DialError {
    match why.kind() {
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => DialError::Unreachable,
        ErrorKind::TimedOut => DialError::TimedOut,
        _ => DialError::Refused,
    }
}

/// Binds every address that was asked for; without any, the loopback interface.
fn listen(bind: &[String], backlog: i32, port: u16) -> Result<Vec<std::net::TcpListener>, (String, String)> {
    use socket2::{Domain, Protocol, Socket as Raw, Type};
    let open = |address: SocketAddr| {
        let socket = Raw::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        socket.set_reuse_address(true)?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.bind(&address.into())?;
        socket.listen(backlog)?;
        socket.set_nonblocking(true)?;
        Ok::<_, std::io::Error>(std::net::TcpListener::from(socket))
    };
    let loopback = ["127.0.0.1".to_owned(), "-::1".to_owned()];
    let hosts = if bind.is_empty() { &loopback[..] } else { bind };
    let mut listeners = Vec::new();
    for host in hosts {
        // From 6.2 on a minus says that an address may be missing, and a star is every address.
        let (optional, name) = host.strip_prefix('-').map_or((false, host.as_str()), |rest| (true, rest));
        let ip = match name {
            "*" => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            "::*" => Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
            name => name.parse().ok().or_else(|| (name, port).to_socket_addrs().ok()?.next().map(|a| a.ip())),
        };
        let bound = ip.map(|ip| open(SocketAddr::new(ip, port)));
        match bound {
            Some(Ok(listener)) => listeners.push(listener),
            Some(Err(_)) | None if optional => {}
            Some(Err(why)) => return Err((host.clone(), format!("bind: {}", os_error(&why)))),
            None => return Err((host.clone(), "Name or service not known".to_owned())),
        }
    }
    Ok(listeners)
}

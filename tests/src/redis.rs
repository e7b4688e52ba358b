//! Real `redis-server`s for tests: started on a free port of this machine, in a folder of their own, ended with their handle.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A process with its folder: both end with this handle, whatever panics.
struct Process {
    child: Child,
    folder: PathBuf,
}

/// A running server of the installed release, and a conn to it.
pub struct Server {
    process: Process,
    port: u16,
    conn: Mutex<BufReader<TcpStream>>,
}

static STARTED: AtomicU32 = AtomicU32::new(0);

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

impl Server {
    /// Starts a server with these further arguments (`--directive value …`) and, if given, this dump file; waits until it has loaded it.
    ///
    /// # Panics
    /// If `redis-server` is not installed or does not come up within 20 s.
    #[must_use]
    pub fn start(arguments: &[&str], dump: Option<&[u8]>) -> Server {
        Server::start_as("redis-server", arguments, dump)
    }
    /// The same with another program that takes what `redis-server` takes.
    ///
    /// # Panics
    /// If it does not come up within 20 s.
    #[must_use]
    #[allow(clippy::zombie_processes, reason = "a server that does not come up ends the test")]
    pub fn start_as(program: &str, arguments: &[&str], dump: Option<&[u8]>) -> Server {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("resync-{}-{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        if let Some(dump) = dump {
            std::fs::write(folder.join("dump.rdb"), dump).expect("the dump file");
        }
        let mut command = Command::new(program);
        command
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dbfilename", "dump.rdb", "--dir"])
            .arg(&folder)
            .args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process =
            Process { child: command.spawn().unwrap_or_else(|why| panic!("{program} runs (apt-get install redis-server): {why}")), folder };
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
                stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
                let server = Server { process, port, conn: Mutex::new(BufReader::new(stream)) };
                while server.command(&["PING"]) != "+PONG" {
                    assert!(Instant::now() < deadline, "redis-server goes on loading");
                    std::thread::sleep(Duration::from_millis(20));
                }
                return server;
            }
            assert!(Instant::now() < deadline, "redis-server did not come up: does it refuse the dump file?");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    /// The TCP port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
    /// Its dump file.
    #[must_use]
    pub fn dump(&self) -> PathBuf {
        self.process.folder.join("dump.rdb")
    }
    /// Runs a command and returns its reply: the line with its type byte for simple replies and numbers, the text alone for bulk strings.
    ///
    /// # Panics
    /// If the conn breaks or the reply is an array.
    #[must_use]
    pub fn reply(&self, words: &[&str]) -> String {
        let mut conn = self.conn.lock().expect("nobody panicked with it");
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        conn.get_mut().write_all(request.as_bytes()).expect("the server reads");
        let mut line = String::new();
        conn.read_line(&mut line).expect("the server answers");
        let line = line.trim_end().to_owned();
        let Some(length) = line.strip_prefix('$').and_then(|n| n.parse::<usize>().ok()) else {
            assert!(!line.starts_with('*'), "arrays are not read here");
            return line;
        };
        let mut text = vec![0; length + 2];
        conn.read_exact(&mut text).expect("the whole reply");
        text.truncate(length);
        String::from_utf8_lossy(&text).into_owned()
    }
    /// As [`Server::reply`]; for commands run for their effect.
    pub fn command(&self, words: &[&str]) -> String {
        self.reply(words)
    }
    /// Runs a command for its effect, whatever it answers but an error.
    ///
    /// # Panics
    /// If the conn breaks or the reply is an error.
    pub fn run(&self, words: &[&str]) {
        let mut conn = self.conn.lock().expect("nobody panicked with it");
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        conn.get_mut().write_all(request.as_bytes()).expect("the server reads");
        let mut left = 1;
        while left > 0 {
            left -= 1;
            let mut line = String::new();
            conn.read_line(&mut line).expect("the server answers");
            let number = line.get(1..).and_then(|n| n.trim_end().parse::<i64>().ok()).unwrap_or(0);
            match line.as_bytes().first() {
                Some(b'-') => panic!("{words:?} answered {line}"),
                Some(b'*') => left += number.max(0),
                Some(b'$') if number >= 0 => conn.read_exact(&mut vec![0; number as usize + 2]).expect("the whole reply"),
                _ => {}
            }
        }
    }
    /// The number that a command answers.
    ///
    /// # Panics
    /// If the reply is none.
    #[must_use]
    pub fn integer(&self, words: &[&str]) -> i64 {
        let reply = self.reply(words);
        reply.strip_prefix(':').and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{words:?} answered {reply}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing to be done if it is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

//! The command table alone, without a node around it: commands run over a dataset, and what they put into the stream.

use bytes::Bytes;
use resync_core::command::{DataCtx, Effect, Outcome, Reply, Run, lookup, unknown_command, wrong_arity};
use resync_core::data::Dataset;
use resync_core::era::Era;
use resync_core::repl::stream::StreamWriter;
use resync_core::resp::{split_args, write_command};

/// A dataset that takes commands.
#[derive(Clone)]
pub struct Keyspace {
    /// Whose behaviour.
    pub era: Era,
    /// The data.
    pub data: Dataset,
    /// The selected database.
    pub db: usize,
    /// Unix time in milliseconds.
    pub now_ms: i64,
    /// Whether it stands on a replica.
    pub replica: bool,
    /// Whether what comes is the master's stream.
    pub from_master: bool,
    /// Draws made so far.
    pub draws: u64,
    stream: StreamWriter,
}

impl Keyspace {
    /// Sixteen empty databases of a master.
    #[must_use]
    pub fn new(era: Era) -> Keyspace {
        Keyspace {
            era,
            data: Dataset::default(),
            db: 0,
            now_ms: 1_700_000_000_000,
            replica: false,
            from_master: false,
            draws: 0,
            stream: StreamWriter::default(),
        }
    }

    /// Runs one command of the table; the refusals that need no node come as its reply.
    ///
    /// # Panics
    /// On a command of the server: those need a node.
    pub fn run(&mut self, args: &[Bytes]) -> Outcome {
        let refuse = |reply| Outcome {
            reply,
            effect: Effect::None,
            expired: Vec::new(),
            own: Vec::new(),
            written: resync_core::command::Written::default(),
            block: None,
            work: resync_core::command::Work::default(),
        };
        let Some(spec) = args.first().and_then(|name| lookup(name, self.era)) else { return refuse(unknown_command(args, self.era)) };
        if !spec.takes(self.era, args.len()) {
            return refuse(wrong_arity(spec.name));
        }
        let Run::Data(run) = spec.run else { panic!("{} needs a node", spec.name) };
        let draws = &mut self.draws;
        let mut draw = || {
            *draws += 1;
            resync_core::prng::rand(1, 1, resync_core::prng::Purpose::Command, *draws)
        };
        let mut ctx = DataCtx {
            data: &mut self.data,
            db: self.db,
            now_ms: self.now_ms,
            era: self.era,
            judged_ms: self.now_ms,
            replica: self.replica,
            holds_expired: false,
            lazy_expire: false,
            lazy_del: false,
            from_master: self.from_master,
            alone: false,
            track: true,
            woken: false,
            draw: &mut draw,
        };
        run(&mut ctx, args)
    }

    /// Runs a line as redis-cli takes it: SELECT, or a command of the table. The reply, and the bytes it puts into the stream.
    ///
    /// # Panics
    /// On unbalanced quotes.
    pub fn line(&mut self, line: &str) -> (Reply, Vec<u8>) {
        let args = split_args(line).expect("balanced quotes");
        self.args(&args)
    }
    /// The same for words.
    ///
    /// # Panics
    /// On a command of the server other than SELECT.
    pub fn args(&mut self, args: &[Bytes]) -> (Reply, Vec<u8>) {
        let mut wire = Vec::new();
        if args[0].eq_ignore_ascii_case(b"select") {
            self.db = std::str::from_utf8(&args[1]).ok().and_then(|n| n.parse().ok()).expect("a database");
            return (Reply::OK, wire);
        }
        let outcome = self.run(args);
        let mut batch: Vec<(usize, Vec<Bytes>)> =
            outcome.expired.iter().map(|(db, key)| (*db, vec![Bytes::from_static(b"DEL"), key.clone()])).collect();
        let expired = batch.len();
        match outcome.effect {
            Effect::None => {}
            Effect::Verbatim => batch.push((self.db, args.to_vec())),
            Effect::Rewritten(commands) => batch.extend(commands.into_iter().map(|command| (self.db, command))),
        }
        // From 7.0 on everything that one command puts into the stream is one batch; 6.2 wraps what the command itself says in several.
        let wrap = batch.len() > 1 && (self.era.has(Era::V7_0) || (self.era.has(Era::V6_2) && batch.len() - expired > 1));
        for (n, (db, command)) in batch.iter().enumerate() {
            self.stream.select(*db, &mut wire);
            if wrap && n == 0 {
                write_command(&["MULTI"], &mut wire);
            }
            write_command(command, &mut wire);
        }
        if wrap {
            write_command(&["EXEC"], &mut wire);
        }
        // Whoever would wait has waited in vain.
        (if outcome.block.is_some() { Reply::NilArray } else { outcome.reply }, wire)
    }
}

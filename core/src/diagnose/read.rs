//! A paste into nodes: which lines belong together, and what could not be read.

use super::evidence::{Client, Complaint, Info, Node, Role, Told, Value};
use super::line::{Line, Pair, line};
use super::place::{Place, Row, rows};
use super::said::{Frame, Known, Lines};
use crate::info::{Replication, Server};
use crate::limits::PASTE_NODES_MAX;
use alloc::borrow::ToOwned as _;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// What was read of one paste, or of two.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paste {
    /// The servers that it speaks of.
    pub nodes: Vec<Node>,
    /// Errors that clients got.
    pub complaints: Vec<Complaint>,
    /// Lines that say something.
    pub read: u32,
    /// Lines that could not be read, prompts and headings not among them.
    pub unread: Vec<Place>,
    /// Whether all of it was looked at: at most [`crate::limits::PASTE_BYTES_MAX`] bytes and [`PASTE_NODES_MAX`] nodes are.
    pub all: bool,
}

/// Reads pastes: the tables of log lines, turned round once.
pub struct Reader(Lines);

impl Default for Reader {
    fn default() -> Self {
        Reader(Lines::new())
    }
}

impl Reader {
    /// Reads a pasted text, of whatever it is. `sample` is what its places say: 0 for the first text, 1 for one that came later.
    #[must_use]
    pub fn read(&self, text: &str, sample: u8) -> Paste {
        let (rows, all) = rows(text, sample);
        let mut gather = Gather { paste: Paste { all, ..Paste::default() }, ..Gather::default() };
        let mut at = 0;
        while at < rows.len() {
            at += gather.take(&self.0, &rows[at..]);
        }
        gather.merge();
        gather.paste
    }
}

/// Reads one pasted text.
#[must_use]
pub fn read(text: &str, sample: u8) -> Paste {
    Reader::default().read(text, sample)
}

/// A paste being read.
#[derive(Default)]
struct Gather {
    paste: Paste,
    /// What the last prompt or heading called what follows.
    hint: String,
    /// How many prompts and headings there were.
    block: usize,
    /// The node whose INFO is being read.
    open: Option<usize>,
    /// The node whose log is being read.
    logging: Option<usize>,
}

/// How many lines a window may have made of one.
const WRAPPED_MAX: usize = 8;

impl Gather {
    /// Takes the first of these rows, with those that are its continuation. How many it were.
    fn take(&mut self, lines: &Lines, rows: &[Row]) -> usize {
        let inside = self.open.is_some();
        let mut row = rows[0].clone();
        let mut what = line(lines, &row, inside);
        let mut used = 1;
        while incomplete(&what, &row) && used < WRAPPED_MAX.min(rows.len()) {
            let next = &rows[used];
            if !matches!(line(lines, next, false), Line::Other) {
                break;
            }
            let longer = [false, true].map(|blank| {
                let joined = row.joined(next, blank);
                (line(lines, &joined, inside), joined)
            });
            let [plain, blank] = longer;
            let better = |(what, joined): &(Line, Row)| (weight(what, joined), joined.text.len());
            (what, row) = if better(&plain).0 >= better(&blank).0 { plain } else { blank };
            used += 1;
        }
        if let Some(n) = self.role_reply(rows) {
            return n;
        }
        if !matches!(what, Line::Pairs(_) | Line::Heading | Line::Other) {
            self.open = None;
        }
        match what {
            Line::Log(frame, known) => self.log(&row, frame, known),
            Line::Pairs(pairs) => self.pairs(pairs),
            Line::Heading => self.paste.read += 1,
            Line::Client => self.client(&row),
            Line::Directive(name, value) => return used + self.directive(name, value, &row, rows.get(used)),
            Line::Complaint(code, place) => {
                self.paste.read += 1;
                self.paste.complaints.push(Complaint { code, place });
            }
            Line::Label(name) => {
                self.block += 1;
                self.hint = name.unwrap_or_default();
                self.logging = None;
            }
            Line::Other => {
                self.paste.unread.push(rows[0].whole());
                return 1;
            }
        }
        used
    }

    /// A node of this block, or a new one; `None` if there are too many.
    fn add(&mut self, role: Option<Role>) -> Option<usize> {
        if self.paste.nodes.len() == PASTE_NODES_MAX {
            self.paste.all = false;
            return None;
        }
        self.paste.nodes.push(Node { name: self.hint.clone(), role, block: self.block, ..Node::default() });
        Some(self.paste.nodes.len() - 1)
    }

    /// The node of this block that has this role, or might.
    fn here(&self, role: Option<Role>) -> Option<usize> {
        let fits = |node: &Node| node.block == self.block && (role.is_none() || node.role.is_none() || node.role == role);
        self.paste.nodes.iter().rposition(fits)
    }

    fn pairs(&mut self, pairs: Vec<Pair>) {
        self.paste.read += 1;
        for Pair { name, value, place } in pairs {
            let again = self.open.is_none_or(|n| self.paste.nodes[n].info().is_none_or(|info| info.pairs.contains_key(&name)));
            if again {
                let role = (name == "role").then(|| role_of(&value)).flatten();
                let named = |node: &Node| !self.hint.is_empty() && node.name == self.hint;
                let before = self.paste.nodes.iter().rposition(named);
                let logged = self.here(role).filter(|n| self.paste.nodes[*n].infos.is_empty());
                let same = before.filter(|n| role.is_none() || self.paste.nodes[*n].role.is_none_or(|own| Some(own) == role));
                let Some(n) = same.or(logged).or_else(|| self.add(role)) else { return };
                self.paste.nodes[n].infos.push(Info::default());
                self.open = Some(n);
            }
            let Some(node) = self.open.and_then(|n| self.paste.nodes.get_mut(n)) else { return };
            if name == "role" {
                node.role = role_of(&value);
            }
            if let Some(info) = node.infos.last_mut() {
                info.pairs.insert(name, Value { text: value, place });
            }
        }
    }

    fn log(&mut self, row: &Row, frame: Frame, known: Option<(Known, Place)>) {
        self.paste.read += u32::from(known.is_some());
        let Some((known, place)) = known else {
            if frame.pid.is_none() {
                self.paste.unread.push(row.whole());
            } else {
                self.paste.read += 1;
            }
            return;
        };
        let child = frame.role == Some('C') || known.line.starts_with("Other.Oom");
        let role = match frame.role {
            Some('M') => Some(Role::Master),
            Some('S') => Some(Role::Replica),
            _ if known.line.starts_with("Sessions.") && frame.pid.is_none() => Some(Role::Master),
            _ if known.line.starts_with("Upstream.") => Some(Role::Replica),
            _ => None,
        };
        let nodes = &self.paste.nodes;
        let same = |node: &Node| frame.pid.is_some() && node.pid == frame.pid && node.host == frame.host;
        let by_pid = nodes.iter().rposition(same);
        let ours = |n: &usize| {
            let node = &nodes[*n];
            node.pid.is_none_or(|pid| frame.pid.is_none_or(|own| own == pid)) && node.host.is_none_or_eq(frame.host.as_ref())
        };
        let going_on =
            self.logging.filter(|n| child || frame.pid.is_none() && (role.is_none() || nodes[*n].role.is_none() || nodes[*n].role == role));
        let found = by_pid.or(going_on).or_else(|| self.here(role).filter(ours));
        let Some(n) = found.or_else(|| self.add(role)) else { return };
        let node = &mut self.paste.nodes[n];
        if !child {
            node.pid = node.pid.or(frame.pid);
            node.host = node.host.take().or_else(|| frame.host.clone());
            if node.name.is_empty() {
                node.name = frame.host.clone().unwrap_or_default();
            }
            // A log tells of each change of its role; the last one holds unless there is an INFO.
            if node.infos.is_empty() {
                node.role = role.or(node.role);
            }
        }
        node.told.push(Told { known, frame, place });
        self.logging = Some(n);
    }

    fn client(&mut self, row: &Row) {
        self.paste.read += 1;
        if let Some(n) = self.here(None).or_else(|| self.add(None)) {
            self.paste.nodes[n].clients.push(Client { line: row.text.clone(), place: row.whole() });
        }
    }

    /// A directive; its value may stand in the line below. How many more lines it were.
    fn directive(&mut self, name: &str, value: Option<String>, row: &Row, next: Option<&Row>) -> usize {
        let below = value.is_none();
        let Some(value) = value.or_else(|| next.map(|next| next.text.clone())) else {
            self.paste.unread.push(row.whole());
            return 0;
        };
        self.paste.read += 1 + u32::from(below);
        if let Some(n) = self.here(None).or_else(|| self.add(None)) {
            self.paste.nodes[n].config.insert(name.to_owned(), Value { text: value, place: row.whole() });
        }
        usize::from(below)
    }

    /// ROLE's answer as INFO says it. How many lines it were.
    fn role_reply(&mut self, rows: &[Row]) -> Option<usize> {
        let number = |row: &Row| row.text.trim_start_matches("(integer) ").parse::<i64>().ok();
        let (place, first) = (rows[0].whole(), rows[0].text.as_str());
        let pair = |name: &str, value: &str, place: Place| Pair { name: name.to_owned(), value: value.to_owned(), place };
        let mut pairs = Vec::new();
        let used = match first {
            "slave" | "replica" if rows.len() >= 5 => {
                let (host, port, state, offset) = (&rows[1], number(&rows[2])?, rows[3].text.as_str(), number(&rows[4])?);
                let place = rows[3].whole();
                if !["none", "connect", "connecting", "handshake", "sync", "connected", "unknown"].contains(&state) {
                    return None;
                }
                pairs.push(pair("role", "slave", rows[0].whole()));
                pairs.push(pair("master_host", &host.text, host.whole()));
                pairs.push(pair("master_port", &port.to_string(), rows[2].whole()));
                pairs.push(pair("master_link_status", if state == "connected" { "up" } else { "down" }, place));
                pairs.push(pair("master_sync_in_progress", if state == "sync" { "1" } else { "0" }, place));
                pairs.push(pair("slave_repl_offset", &offset.to_string(), rows[4].whole()));
                5
            }
            "master" if rows.len() >= 2 => {
                pairs.push(pair("role", "master", place));
                pairs.push(pair("master_repl_offset", &number(&rows[1])?.to_string(), rows[1].whole()));
                let mut used = 2;
                for n in 0.. {
                    let Some([ip, port, offset]) = rows.get(used..used + 3) else { break };
                    let (Some(port), Some(acked)) = (number(port), number(offset)) else { break };
                    let line = alloc::format!("ip={},port={port},state=online,offset={acked}", ip.text);
                    pairs.push(pair(&alloc::format!("slave{n}"), &line, offset.whole()));
                    used += 3;
                }
                used
            }
            _ => return None,
        };
        self.open = None;
        self.paste.read += u32::try_from(used).unwrap_or(0) - 1;
        self.pairs(pairs);
        self.open = None;
        Some(used)
    }

    /// Joins nodes that are one.
    fn merge(&mut self) {
        let mut nodes = core::mem::take(&mut self.paste.nodes);
        // Two INFOs of one server.
        let mut at = 0;
        while at < nodes.len() {
            let same = (0..at).find(|before| twice(&nodes[*before], &nodes[at]));
            if let Some(before) = same {
                let later = nodes.remove(at);
                absorb(&mut nodes[before], later);
            } else {
                at += 1;
            }
        }
        // A log without an INFO, where just one INFO is without a log.
        while let Some(log) = nodes.iter().position(|node| node.infos.is_empty() && !node.told.is_empty() && only(&nodes, node).is_some()) {
            let Some(info) = only(&nodes, &nodes[log]) else { break };
            let later = nodes.remove(log);
            absorb(&mut nodes[info - usize::from(info > log)], later);
        }
        nodes.retain(|node| !(node.infos.is_empty() && node.told.is_empty() && node.clients.is_empty() && node.config.is_empty()));
        for node in &mut nodes {
            node.apart_ms = apart(node);
        }
        self.paste.nodes = nodes;
    }
}

/// `Option::is_none_or` for two values that may be missing.
trait Fits<T> {
    fn is_none_or_eq(&self, other: Option<&T>) -> bool;
}
impl<T: PartialEq> Fits<T> for Option<T> {
    fn is_none_or_eq(&self, other: Option<&T>) -> bool {
        self.as_ref().is_none_or(|own| other.is_none_or(|other| own == other))
    }
}

fn role_of(word: &str) -> Option<Role> {
    match word {
        "master" => Some(Role::Master),
        "slave" => Some(Role::Replica),
        _ => None,
    }
}

/// Milliseconds between a node's last two INFOs, by its own clock.
fn apart(node: &Node) -> Option<u64> {
    let up = |info: &Info| info.number(Server::UptimeInSeconds);
    let apart = up(node.info()?)?.checked_sub(up(node.before()?)?)?;
    u64::try_from(apart).ok().filter(|apart| *apart > 0)?.checked_mul(1_000)
}

/// Whether two nodes of one text are one server, printed twice.
fn twice(before: &Node, later: &Node) -> bool {
    let (Some(old), Some(new)) = (before.info(), later.info()) else { return false };
    if before.role != later.role || !before.name.is_empty() && !later.name.is_empty() && before.name != later.name {
        return false;
    }
    let (run, own) = (old.text(Server::RunId), new.text(Server::RunId));
    if !run.is_empty() && !own.is_empty() {
        return run == own;
    }
    let grown = old.number(Replication::MasterReplOffset) <= new.number(Replication::MasterReplOffset);
    let id = old.text(Replication::MasterReplid);
    if before.role != Some(Role::Master) || !grown {
        return false;
    }
    if !id.is_empty() {
        return id == new.text(Replication::MasterReplid);
    }
    let addresses = |info: &Info| info.replicas().iter().map(super::evidence::Replica::address).collect::<Vec<_>>();
    let own = addresses(new);
    !own.is_empty() && own == addresses(old)
}

/// The only node with an INFO and without a log to which this log can belong.
fn only(nodes: &[Node], log: &Node) -> Option<usize> {
    let named = |node: &Node| node.name.is_empty() || log.name.is_empty() || node.name == log.name;
    let pid = |node: &Node| {
        node.info()
            .and_then(|info| info.number(Server::ProcessId))
            .is_none_or(|pid| log.pid.is_none_or(|own| i64::try_from(own) == Ok(pid)))
    };
    let fits = |node: &Node| {
        !node.infos.is_empty()
            && node.told.is_empty()
            && named(node)
            && pid(node)
            && (log.role.is_none() || node.role.is_none() || node.role == log.role)
    };
    let mut found = (0..nodes.len()).filter(|n| fits(&nodes[*n]));
    found.next().filter(|_| found.next().is_none())
}

/// The later node's lines are the earlier one's.
fn absorb(node: &mut Node, later: Node) {
    node.infos.extend(later.infos);
    node.told.extend(later.told);
    node.clients.extend(later.clients);
    node.config.extend(later.config);
    node.role = later.role.or(node.role);
    node.pid = later.pid.or(node.pid);
    node.host = later.host.or(node.host.take());
    if node.name.is_empty() {
        node.name = later.name;
    }
}

/// Puts a later paste behind an earlier one; `apart_ms` passed between the two, if anybody knows.
#[must_use]
pub fn joined(mut first: Paste, second: Paste, apart_ms: Option<u64>) -> Paste {
    for later in second.nodes {
        let place = |node: &Node| (node.role, node.name.clone());
        let id = |node: &Node| node.info().map(|info| info.text(Server::RunId).to_owned()).filter(|id| !id.is_empty());
        let same = first.nodes.iter().position(|node| match (id(node), id(&later)) {
            (Some(old), Some(new)) => old == new,
            _ => place(node) == place(&later),
        });
        let alone = || {
            let mut of_role = (0..first.nodes.len()).filter(|n| first.nodes[*n].role == later.role || first.nodes[*n].role.is_none());
            of_role.next().filter(|_| of_role.next().is_none())
        };
        if let Some(n) = same.or_else(alone) {
            let sampled = !later.infos.is_empty() && !first.nodes[n].infos.is_empty();
            absorb(&mut first.nodes[n], later);
            if sampled {
                first.nodes[n].apart_ms = apart(&first.nodes[n]).or(apart_ms);
            }
        } else {
            first.nodes.push(later);
        }
    }
    first.complaints.extend(second.complaints);
    first.read += second.read;
    first.unread.extend(second.unread);
    first.all &= second.all;
    first
}

/// Whether a line goes on in the next one.
fn incomplete(what: &Line, row: &Row) -> bool {
    match what {
        Line::Log(frame, None) => frame.pid.is_some(),
        Line::Log(_, Some((known, _))) => !known.whole,
        Line::Pairs(pairs) => pairs.last().is_some_and(|pair| {
            let ids = ["master_replid", "master_replid2", "run_id"].contains(&pair.name.as_str()) && pair.value.len() < 40;
            let replica = pair.name.starts_with("slave") && pair.value.contains("ip=") && !pair.value.contains("lag=");
            ids || replica
        }),
        Line::Other => row.text.starts_with("Client id=") || row.text.starts_with("Client addr="),
        _ => false,
    }
}

/// How much of it is known.
fn weight(what: &Line, row: &Row) -> usize {
    match what {
        Line::Log(_, Some((known, _))) => usize::from(known.whole) * 10_000 + known.to - known.from,
        Line::Pairs(pairs) => 1 + usize::from(!incomplete(what, row)) + pairs.iter().map(|pair| pair.value.len()).sum::<usize>(),
        _ => 0,
    }
}

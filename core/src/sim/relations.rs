//! Who follows whom, and over which link: the one answer for everybody who reads the world.
//!
//! A server knows its master as an address; whose address that is, only the world knows. (The witness of the checks finds it out by itself: it is
//! there to notice if this answer is wrong.)

use super::Sim;
use super::link::Link;
use super::tcp::Owner;
use crate::node::SessionRow;
use crate::node::api::ConnId;

impl Sim {
    /// A node's number by an address as a server knows it: its IP, its name or "localhost" (`from`'s own), and the port.
    #[must_use]
    pub fn by_address(&self, from: u32, host: &str, port: u16) -> Option<u32> {
        let ip = match self.by_name(host) {
            Some(ix) => &self.machines[ix as usize].spec.ip,
            None if host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1" => &self.machines[from as usize].spec.ip,
            None => host,
        };
        self.addresses.get(ip)?.get(&port).copied()
    }
    /// A node's number by `ip:port`, as INFO and logs name a replica. Before a replica has announced its port they print that of its connection: then the
    /// IP decides, if one node alone has it.
    #[must_use]
    pub fn by_ip_port(&self, text: &str) -> Option<u32> {
        let (ip, port) = text.rsplit_once(':').unwrap_or((text, ""));
        let ports = self.addresses.get(ip)?;
        let exact = port.parse().ok().and_then(|port: u16| ports.get(&port));
        exact.or_else(|| if ports.len() == 1 { ports.values().next() } else { None }).copied()
    }
    /// The node that a node follows; `None` for a master, and for an address that is nobody's. Of a process that has died: whom it followed then.
    #[must_use]
    pub fn master_of(&self, n: u32) -> Option<u32> {
        let (host, port) = self.node(n).follows()?;
        self.by_address(n, host, port)
    }
    /// The master whose stream reaches a replica, over however many others; `None` for a master, a circle, or an address that is nobody's.
    #[must_use]
    pub fn top_master(&self, n: u32) -> Option<u32> {
        let mut at = n;
        for _ in 0..self.machines.len() {
            at = self.master_of(at)?;
            if self.node(at).role_is_master() {
                return Some(at);
            }
        }
        None
    }
    /// The highest node that can be named when one goes up from this one: the node itself if it follows nobody, any node of a circle.
    #[must_use]
    pub fn root_of(&self, n: u32) -> u32 {
        let mut at = n;
        for _ in 0..self.machines.len() {
            match self.master_of(at) {
                Some(above) if above != at => at = above,
                _ => break,
            }
        }
        at
    }
    /// The node that dialled this conn: of a session, its replica. `None` if it was no node, or the conn is gone.
    #[must_use]
    pub fn dialler(&self, conn: ConnId) -> Option<u32> {
        match self.conn(conn)?.ends[0].owner {
            Owner::Node(n) => Some(n),
            Owner::Client(_) | Owner::Console(_) | Owner::Sentinel(_) => None,
        }
    }
    /// What a master knows of one of its replicas; `None` also while the master has no process.
    #[must_use]
    pub fn session_of(&self, master: u32, replica: u32) -> Option<SessionRow> {
        let machine = self.machine(master);
        if machine.alive() { machine.node.sessions().find(|session| self.dialler(session.conn) == Some(replica)) } else { None }
    }
    /// Whether a replica's master has it as online; true where that master is nobody of this world.
    #[must_use]
    pub fn listed_online(&self, replica: u32) -> bool {
        let Some(master) = self.master_of(replica) else { return true };
        let machine = self.machine(master);
        machine.alive() && machine.node.session_marks().any(|session| session.online && self.dialler(session.conn) == Some(replica))
    }
    /// The ends of a link, master's side first: the one that the other follows; where neither follows the other, the one that is a master; else by number.
    #[must_use]
    pub fn oriented(&self, link: &Link) -> (u32, u32) {
        self.oriented_by(link, |n| self.master_of(n))
    }
    /// [`Sim::oriented`] for one who has asked [`Sim::master_of`] of every node already.
    pub(crate) fn oriented_by(&self, link: &Link, master_of: impl Fn(u32) -> Option<u32>) -> (u32, u32) {
        let follows = |replica: u32, master: u32| master_of(replica) == Some(master);
        let master = |n: u32| self.node(n).role_is_master();
        if follows(link.b, link.a) {
            (link.a, link.b)
        } else if follows(link.a, link.b) || (master(link.b) && !master(link.a)) {
            (link.b, link.a)
        } else {
            (link.a, link.b)
        }
    }
    /// Whether a replication connection exists between the ends of a link.
    #[must_use]
    pub fn replicates_over(&self, link: &Link) -> bool {
        self.replicates_over_by(link, |n| self.master_of(n))
    }
    /// [`Sim::replicates_over`] for one who has asked [`Sim::master_of`] of every node already.
    pub(crate) fn replicates_over_by(&self, link: &Link, master_of: impl Fn(u32) -> Option<u32>) -> bool {
        [(link.a, link.b), (link.b, link.a)].into_iter().any(|(replica, master)| {
            self.machine(replica).alive() && master_of(replica) == Some(master) && self.node(replica).upstream_conn().is_some()
        })
    }
    /// INFO's lag of a session at this moment, whole seconds since the last ACK; 0 unless it is online.
    #[must_use]
    pub fn lag_s(&self, master: u32, online: bool, ack_time_s: i64) -> i64 {
        if online { self.node(master).unix_ms_at(self.now).div_euclid(1_000) - ack_time_s } else { 0 }
    }
}

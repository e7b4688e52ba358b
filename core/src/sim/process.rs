//! The life of a process as its kernel sees it: it boots, it ends, and what it had open is closed.

use super::Sim;
use super::disk::LEAST;
use super::machine::Process;
use super::queue::Event;
use super::recorder::Recorder;
use super::script;
use crate::node::api::{Input, JobId};
use crate::note::Note;
use alloc::vec::Vec;

impl Sim {
    pub(super) fn boot(&mut self, n: u32, rec: &mut Recorder) {
        let now = self.now;
        let machine = self.machine_mut(n);
        machine.process = Process::Up;
        machine.since = now;
        machine.boots += 1;
        machine.busy_until = now;
        machine.forget();
        machine.console.hung_up();
        machine.disk.temp = 0;
        machine.disk.temp_failed = false;
        let aof = machine.node.settings().config.iter().any(|line| script::is_line(line, "appendonly", "yes"));
        let rdb = machine.disk.dump.clone();
        let with_rdb = rdb.is_some() && !aof;
        self.handle(n, Input::Boot { rdb, aof }, rec);
        self.booted(n, with_rdb);
        self.plan(n);
    }
    /// The process ended: the kernel closes what it had open.
    pub(super) fn exited(&mut self, n: u32, rec: &mut Recorder) {
        let now = self.now;
        self.finish_files(n);
        self.ended(n, Process::Down);
        if let Some(with_rdb) = self.machine_mut(n).again.take() {
            if !with_rdb {
                self.machine_mut(n).disk.dump = None;
                self.pasts.dump_received(n, None);
            }
            self.note(n, Note::Restarted { with_rdb }, rec);
            self.queue.push(now + LEAST, Event::Boot(n));
        }
    }
    /// What a kernel does when a process of it is gone.
    pub(super) fn ended(&mut self, n: u32, process: Process) {
        let now = self.now;
        self.pasts.died(n);
        let ends = self.net.ends_of(n);
        for end in ends {
            if process == Process::Off {
                self.net.power_off(end);
            } else if self.net.end(end).is_some_and(|end| end.process) {
                self.net.close(&mut self.queue, now, end);
            }
        }
        let dials: Vec<u64> = self.machine(n).dials.values().copied().collect();
        for dial in dials {
            self.dials.remove(&dial);
        }
        let machine = self.machine_mut(n);
        machine.forget();
        machine.process = process;
        machine.since = now;
        machine.revision += 1;
        if process == Process::Off {
            machine.children.clear();
            machine.disk.pending.clear();
        }
        // A child that streams to its parent dies of a broken pipe.
        let orphans: Vec<(JobId, u32)> =
            machine.children.iter().filter(|child| child.streams()).map(|child| (child.job, child.life)).collect();
        for (job, life) in orphans {
            self.child_gone(n, job, life);
        }
        if let Some(conn) = self.machine(n).console.conn {
            if process == Process::Off {
                self.net.power_off(conn);
            }
            self.net.close(&mut self.queue, now, conn);
        }
        self.machine_mut(n).console.hung_up();
    }
}

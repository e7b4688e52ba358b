//! Children of a process: forked, paced by the disk, faulty or killed, and what they leave.

use super::Sim;
use super::disk::{Child, LEAST, PIECE, PIPE, child_rate, slept};
use super::queue::Event;
use super::recorder::Recorder;
use crate::fact::Fault;
use crate::node::api::{ChildKind, ChildResult, ConnId, Input, JobId};
use crate::time::{Span, Time};
use alloc::vec::Vec;

impl Sim {
    pub(super) fn spawn(&mut self, n: u32, at: Time, job: JobId, kind: ChildKind, delay: Span) {
        let costs = self.world.costs;
        let total = match &kind {
            ChildKind::RdbToDisk { rdb } | ChildKind::RdbToSockets { rdb } => rdb.len() as u64,
            ChildKind::AofRewrite { bytes } => *bytes,
        };
        let holds: Vec<ConnId> = self.net.ends_of(n).into_iter().filter(|end| self.net.end(*end).is_some_and(|end| end.process)).collect();
        for end in &holds {
            self.net.inherit(*end);
        }
        let place = self.pasts.fork(n);
        let machine = self.machine_mut(n);
        if matches!(kind, ChildKind::RdbToSockets { .. }) {
            machine.streamed = place;
        }
        let child = Child {
            job,
            life: machine.boots,
            kind,
            total,
            done: 0,
            seen: at,
            rate: child_rate(slept(costs.rdb_save, costs.scale, total, delay), costs.scale, machine.fault),
            delay,
            holds,
            killed: None,
            handed: 0,
            waits: false,
            place,
            due: Time::NEVER,
        };
        machine.children.push(child);
        self.child_plan(n, job);
    }
    /// Asks the queue for the next moment at which a child has something to show.
    fn child_plan(&mut self, n: u32, job: JobId) {
        let (now, life) = (self.now, self.machine(n).boots);
        let child = self.machine_mut(n).children.iter_mut().find(|child| child.job == job && child.life <= life);
        let Some(child) = child else { return };
        if child.waits {
            child.due = Time::NEVER;
            return;
        }
        child.due = if child.streams() { child.when(child.total.min(child.handed + PIECE)) } else { child.when(child.total) };
        if child.due != Time::NEVER && child.done == 0 && child.handed == 0 {
            child.due = child.due.max(child.seen + LEAST);
        }
        child.due = child.due.max(now);
        let due = child.due;
        self.queue.push(due, Event::Child(n, job.0));
    }
    /// Rates change with a fault that is switched on or off.
    pub(super) fn children_change(&mut self, n: u32) {
        let (now, costs) = (self.now, self.world.costs);
        let machine = self.machine_mut(n);
        let fault = machine.fault;
        let mut jobs = Vec::new();
        for child in &mut machine.children {
            if child.waits {
                continue;
            }
            let rate = child_rate(slept(costs.rdb_save, costs.scale, child.total, child.delay), costs.scale, fault);
            child.turn_to(now, rate);
            jobs.push(child.job);
        }
        for job in jobs {
            self.child_plan(n, job);
        }
    }
    pub(super) fn child_event(&mut self, n: u32, job: JobId, rec: &mut Recorder) -> bool {
        let now = self.now;
        let machine = self.machine_mut(n);
        let (life, fault, alive) = (machine.boots, machine.fault, machine.alive());
        let Some(child) = machine.children.iter_mut().find(|child| child.job == job && child.due == now) else { return false };
        let own = child.life == life && alive;
        if let Some(signal) = child.killed {
            self.child_exit(n, job, ChildResult::Signalled(signal), rec);
            return true;
        }
        if child.streams() {
            let (from, to) = (child.handed, child.total.min(child.handed + PIECE));
            let over = from == child.total;
            // What is written waits for room in the pipe, and the end for replicas that have everything: only then it exits.
            if if over { !machine.pipe.is_empty() || !machine.node.reads_child() } else { machine.pipe.len() >= PIPE } {
                child.turn_to(now, 0);
                child.waits = true;
                child.due = Time::NEVER;
                return false;
            }
            if !over {
                child.handed = to;
                let piece = child.payload().slice(from as usize..to as usize);
                if own {
                    machine.pipe.push_back((job, piece));
                }
                self.child_plan(n, job);
                self.touch(n, rec);
                return true;
            }
        }
        let file = machine.children.iter().any(|child| child.job == job && child.due == now && !child.streams());
        let ok = !matches!(fault, Fault::ChildFails | Fault::DiskFull) && (!file || fault.folder().error().is_none());
        if ok {
            let machine = self.machine_mut(n);
            let done = machine.children.iter().find(|child| child.job == job && child.due == now);
            if let Some((rdb, place)) =
                done.and_then(|child| if let ChildKind::RdbToDisk { rdb } = &child.kind { Some((rdb.clone(), child.place)) } else { None })
            {
                machine.disk.dump = Some(rdb);
                self.pasts.dump_received(n, place);
            }
        }
        self.child_exit(n, job, if ok { ChildResult::Success } else { ChildResult::Failed }, rec);
        true
    }
    /// The process did something: a child that waited for it may go on.
    pub(super) fn wake_children(&mut self, n: u32) {
        let (now, costs) = (self.now, self.world.costs);
        let machine = self.machine_mut(n);
        let (fault, room, empty) = (machine.fault, machine.pipe.len() < PIPE, machine.pipe.is_empty() && machine.node.reads_child());
        let mut woken = Vec::new();
        for child in machine.children.iter_mut().filter(|child| child.waits && child.killed.is_none()) {
            if if child.handed == child.total { empty } else { room } {
                child.waits = false;
                child.turn_to(now, child_rate(slept(costs.rdb_save, costs.scale, child.total, child.delay), costs.scale, fault));
                child.due = now;
                woken.push(child.job);
            }
        }
        for job in woken {
            self.queue.push(now, Event::Child(n, job.0));
        }
    }
    fn child_exit(&mut self, n: u32, job: JobId, result: ChildResult, rec: &mut Recorder) {
        let now = self.now;
        let machine = self.machine_mut(n);
        let Some(found) = machine.children.iter().position(|child| child.job == job && child.due == now) else { return };
        let life = machine.children[found].life;
        let own = life == machine.boots && machine.alive();
        self.child_gone(n, job, life);
        if own {
            self.machine_mut(n).inbox.push_back(Input::ChildExited { job, result });
            self.touch(n, rec);
        }
    }
    /// A child is no more: the conns that it held close if nobody else holds them.
    pub(super) fn child_gone(&mut self, n: u32, job: JobId, life: u32) {
        let now = self.now;
        let machine = self.machine_mut(n);
        let Some(found) = machine.children.iter().position(|child| child.job == job && child.life == life) else { return };
        let child = machine.children.remove(found);
        for end in child.holds {
            self.net.release(&mut self.queue, now, end);
        }
    }
}

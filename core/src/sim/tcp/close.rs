//! Closing: by the process, by the last child that holds the connection, and by a machine that loses its power.

use super::end::{Half, Heard};
use super::{End, Freight, Net, peer, slot};
use crate::node::api::{CloseWhy, ConnId};
use crate::sim::queue::Queue;
use crate::time::Time;
use bytes::Bytes;

impl Net {
    /// The conn's end, if it has come, all bytes were read, and the process was not told. Then it is told: the descriptor is closed with it.
    pub fn take_close(&mut self, queue: &mut Queue, now: Time, id: ConnId) -> Option<CloseWhy> {
        let end = self.end_mut(id)?;
        if !end.process || !end.rx.is_empty() {
            return None;
        }
        let Heard::Ended(why) = end.heard else { return None };
        end.heard = Heard::Told;
        self.close(queue, now, id);
        Some(why)
    }
    /// The process closes its descriptor. FIN follows what was written, unless a child holds the conn too.
    pub fn close(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let Some(end) = self.end_mut(id) else { return };
        end.process = false;
        end.drop_unread();
        if end.children == 0 {
            self.finish(queue, now, id);
        }
    }
    /// shutdown(2): FIN follows what was written, whoever else holds the conn.
    pub fn shut(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        self.finish(queue, now, id);
    }
    /// A child inherits the conn.
    pub fn inherit(&mut self, id: ConnId) {
        if let Some(end) = self.end_mut(id) {
            end.children += 1;
        }
    }
    /// A child that had inherited the conn ended.
    pub fn release(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let Some(end) = self.end_mut(id) else { return };
        end.children = end.children.saturating_sub(1);
        if !end.held_by_someone() {
            self.finish(queue, now, id);
        }
    }
    pub(super) fn finish(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        if let Some(end) = self.end_mut(id)
            && end.half == Half::Open
        {
            end.half = Half::FinQueued;
            self.put(id, Freight::Fin, Bytes::new(), None);
            self.pump(queue, now, id);
        }
        self.tidy(id);
    }
    /// The machine lost power: what it had in its buffers is gone, nothing answers.
    pub fn power_off(&mut self, id: ConnId) {
        if let Some(end) = self.end_mut(id) {
            end.process = false;
            end.children = 0;
            end.half = Half::Off { was_dead: end.dead() };
            end.drop_unread();
            end.drop_unsent();
        }
        self.tidy(id);
    }
    /// The machine is back: it knows nothing of its conns, and says so to whoever still sends.
    pub fn power_on(&mut self, queue: &mut Queue, now: Time, id: ConnId) {
        let heard = self.end(peer(id)).is_some_and(|other| other.lost);
        if let Some(end) = self.end_mut(id) {
            if !end.gone() {
                return;
            }
            end.half = Half::Dead;
        }
        if heard {
            self.reset(queue, now, id);
        }
        self.tidy(id);
    }
    /// Forgets a conn that nobody holds and on which nothing moves.
    pub(super) fn tidy(&mut self, id: ConnId) {
        let Some(conn) = self.conn(id) else { return };
        if conn.ends.iter().all(End::over) {
            self.conns[slot(id)] = None;
            self.free.push(slot(id) as u32);
        }
    }
}

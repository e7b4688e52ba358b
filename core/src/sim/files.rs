//! Files that a process asks for: written and renamed at the pace of the disk.

use super::Sim;
use super::disk::child_rate;
use super::queue::Event;
use super::recorder::Recorder;
use crate::fact::Fault;
use crate::node::api::{FileOp, FileResult, Input, OpId};
use crate::time::{Span, Time};
use alloc::string::ToString;

impl Sim {
    pub(super) fn file(&mut self, n: u32, at: Time, op: OpId, what: FileOp) {
        let costs = self.world.costs;
        let fault = self.machine(n).fault;
        match what {
            FileOp::AppendTemp { bytes } => {
                let disk = &mut self.machine_mut(n).disk;
                disk.temp += bytes;
                disk.temp_failed |= fault == Fault::DiskFull || fault.folder().error().is_some();
            }
            FileOp::RemoveTemp => {
                let disk = &mut self.machine_mut(n).disk;
                disk.temp = 0;
                disk.temp_failed = false;
            }
            FileOp::RemoveDump => {
                self.machine_mut(n).disk.dump = None;
                self.pasts.dump_received(n, None);
            }
            FileOp::WriteDump { .. } | FileOp::RenameTemp { .. } | FileOp::RewriteConfig { .. } => {
                let (bytes, place) = match &what {
                    FileOp::WriteDump { rdb } => (rdb.len() as u64, self.pasts.fork(n)),
                    FileOp::RewriteConfig { .. } => (0, None),
                    _ => (0, self.rdb_of(n).and_then(|(_, place)| place)),
                };
                let rate = child_rate(costs.rdb_save, costs.scale, Fault::None);
                let takes = Span::from_micros((u128::from(bytes) * 1_000_000 / u128::from(rate)) as u64);
                let machine = self.machine_mut(n);
                let life = machine.boots;
                machine.disk.pending.push((op, life, what, place));
                self.queue.push(at + takes.max(Span::from_micros(50)), Event::File(n, op));
            }
        }
    }
    pub(super) fn file_event(&mut self, n: u32, op: OpId, rec: &mut Recorder) -> bool {
        let machine = self.machine_mut(n);
        let Some(found) = machine.disk.pending.iter().position(|(id, life, ..)| *id == op && *life == machine.boots) else { return false };
        let result = self.file_done(n, found);
        if self.machine(n).alive() {
            self.machine_mut(n).inbox.push_back(Input::FileDone { op, result });
            self.touch(n, rec);
        }
        true
    }
    fn file_done(&mut self, n: u32, found: usize) -> FileResult {
        let machine = self.machine_mut(n);
        let (_, _, what, place) = machine.disk.pending.remove(found);
        let full = machine.fault == Fault::DiskFull;
        match what {
            FileOp::WriteDump { .. } | FileOp::RewriteConfig { .. } if full => {
                return FileResult::Error("No space left on device".to_string());
            }
            FileOp::WriteDump { .. } | FileOp::RenameTemp { .. } | FileOp::RewriteConfig { .. }
                if machine.fault.folder().error().is_some() =>
            {
                return FileResult::Error(machine.fault.folder().error().unwrap_or_default().to_string());
            }
            FileOp::RenameTemp { .. } if machine.disk.temp_failed => return FileResult::Error("No such file or directory".to_string()),
            FileOp::WriteDump { rdb } => machine.disk.dump = Some(rdb),
            FileOp::RenameTemp { rdb } => {
                machine.disk.dump = Some(rdb);
                machine.disk.temp = 0;
            }
            // The configuration is the file: the next process begins with it.
            FileOp::RewriteConfig { wanted } => {
                machine.node.rewritten(&wanted);
                return FileResult::Done;
            }
            FileOp::AppendTemp { .. } | FileOp::RemoveTemp | FileOp::RemoveDump => return FileResult::Done,
        }
        self.pasts.dump_received(n, place);
        FileResult::Done
    }
    /// What a process was writing while it ended has been written: SHUTDOWN waits for its file.
    pub(super) fn finish_files(&mut self, n: u32) {
        while !self.machine(n).disk.pending.is_empty() {
            self.file_done(n, 0);
        }
    }
}

//! Files, written by a thread beside the event loop, one after the other: temporary file, fsync, rename, as Redis does.

use bytes::Bytes;
use resync_core::node::api::{JobId, OpId};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// Something to do, in the order in which it was asked for.
pub(super) enum Work {
    /// A child's RDB.
    Save {
        /// Whose.
        job: JobId,
        /// The file.
        path: PathBuf,
        /// Its bytes.
        rdb: Bytes,
        /// Set when the child is to die.
        killed: Arc<AtomicBool>,
    },
    /// The process's own: SAVE, a received RDB.
    Write {
        /// Who asked.
        op: OpId,
        /// The file.
        path: PathBuf,
        /// Its bytes.
        rdb: Bytes,
    },
    /// Removes a file.
    Remove(PathBuf),
}

/// What came of it.
pub(super) enum Done {
    /// A child ended: `Ok(true)` with success, `Ok(false)` because it was killed.
    Saved(JobId, io::Result<bool>),
    /// A file was written, or not.
    Written(OpId, io::Result<()>),
}

/// The thread that writes.
pub(super) struct Disk {
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}
impl Disk {
    /// Starts it. `done` is called on its thread with each result.
    pub(super) fn start(done: impl Fn(Done) + Send + 'static) -> io::Result<Disk> {
        let (work, todo) = channel();
        let thread = std::thread::Builder::new().name("disk".to_owned()).spawn(move || serve(&todo, &done))?;
        Ok(Disk { work: Some(work), thread: Some(thread) })
    }
    /// Asks for something.
    pub(super) fn ask(&self, work: Work) {
        if let Some(queue) = &self.work {
            // The thread ends only after the queue.
            drop(queue.send(work));
        }
    }
    /// Waits until everything that was asked for is done.
    pub(super) fn finish(&mut self) {
        self.work = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

fn serve(todo: &Receiver<Work>, done: &impl Fn(Done)) {
    let alive = AtomicBool::new(false);
    for work in todo {
        match work {
            Work::Save { job, path, rdb, killed } => done(Done::Saved(job, replace(&path, &rdb, &killed))),
            Work::Write { op, path, rdb } => done(Done::Written(op, replace(&path, &rdb, &alive).map(drop))),
            Work::Remove(path) => drop(fs::remove_file(path)),
        }
    }
}

/// Replaces a file. `false`: stopped half-way, and nothing was replaced.
fn replace(path: &Path, bytes: &[u8], stop: &AtomicBool) -> io::Result<bool> {
    /// Bytes between two looks at whether to stop.
    const STEP: usize = 4 * 1024 * 1024;
    /// Steps between two syncs (`rdb-save-incremental-fsync`), so that the last one is short.
    const SYNC_EVERY: usize = 8;
    let temp = path.with_file_name(format!("temp-{}.rdb", std::process::id()));
    let written = (|| {
        let mut file = File::create(&temp)?;
        for (n, step) in bytes.chunks(STEP).enumerate() {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            file.write_all(step)?;
            if n % SYNC_EVERY == SYNC_EVERY - 1 {
                file.sync_data()?;
            }
        }
        file.sync_all()?;
        Ok(true)
    })();
    match written {
        Ok(true) => fs::rename(&temp, path).map(|()| true),
        other => {
            drop(fs::remove_file(&temp));
            other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("resync-disk-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("dump.rdb");
        assert!(replace(&file, b"first", &AtomicBool::new(false)).unwrap());
        assert!(!replace(&file, b"second", &AtomicBool::new(true)).unwrap());
        assert_eq!(fs::read(&file).unwrap(), b"first");
        assert!(replace(&folder.join("absent/dump.rdb"), b"x", &AtomicBool::new(false)).is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no temporary file is left");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn work_is_done_in_its_order_and_finished_before_the_end() {
        let folder = std::env::temp_dir().join(format!("resync-disk-order-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (said, heard) = channel();
        let mut disk = Disk::start(move |done| drop(said.send(done))).unwrap();
        let path = folder.join("dump.rdb");
        for n in 1..=3 {
            disk.ask(Work::Write { op: OpId(n), path: path.clone(), rdb: Bytes::from(vec![n as u8; 10]) });
        }
        disk.finish();
        let order: Vec<u64> = heard.iter().map(|d| if let Done::Written(op, Ok(())) = d { op.0 } else { 0 }).collect();
        assert_eq!(order, [1, 2, 3]);
        assert_eq!(fs::read(&path).unwrap(), [3; 10]);
        fs::remove_dir_all(&folder).unwrap();
    }
}

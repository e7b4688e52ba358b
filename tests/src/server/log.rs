//! Where log lines go: standard output, or the file that `logfile` names, opened for each batch as Redis does, so that it can be moved away.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// The log.
pub(super) struct Log {
    file: Option<PathBuf>,
    waiting: Vec<u8>,
}
impl Log {
    /// A log to this file, or to standard output.
    pub(super) fn new(file: Option<PathBuf>) -> Log {
        Log { file, waiting: Vec::new() }
    }
    /// Adds a line.
    pub(super) fn line(&mut self, text: &str) {
        self.waiting.extend_from_slice(text.as_bytes());
        self.waiting.push(b'\n');
    }
    /// Writes what waits. A log that cannot be written is silent, as Redis's is.
    pub(super) fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let written = match &self.file {
            Some(file) => OpenOptions::new().append(true).create(true).open(file).and_then(|mut file| file.write_all(&self.waiting)),
            None => {
                let mut out = std::io::stdout().lock();
                out.write_all(&self.waiting).and_then(|()| out.flush())
            }
        };
        drop(written);
        self.waiting.clear();
    }
}

//! Errors of reading an RDB, and what each era logs and does about them.

use crate::era::Era;
use alloc::borrow::{Cow, ToOwned};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use bytes::Bytes;

/// Where an RDB is read from. It decides whether a server survives a bad one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Medium {
    /// A file: the dump file, or what a master sent and the disk holds.
    Disk,
    /// A master's connection (6.0+, `repl-diskless-load`).
    Socket,
}

/// Why an RDB cannot be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// It does not begin with `REDIS`.
    Signature,
    /// It was written by a newer release.
    Version(i64),
    /// The checksum at its end is another than its bytes have.
    Checksum {
        /// What the file says.
        expected: u64,
        /// What its bytes give.
        got: u64,
    },
    /// It ends too early, or takes more memory than there is: Redis says the same of both.
    Short,
    /// It selects a database that this server does not have.
    Database {
        /// Databases of this server.
        has: usize,
    },
    /// A key stands in it twice.
    Duplicate {
        /// The key.
        key: Bytes,
        /// Its database.
        db: usize,
    },
    /// It holds data of a module, which no server of this engine has.
    Module {
        /// The module's type, nine characters.
        name: String,
        /// Data beside the keys rather than a key's value.
        aux: bool,
        /// Where the item begins, in bytes from the start.
        at: u64,
    },
    /// Something in it cannot be: an unknown type or opcode, a broken encoding.
    Bad {
        /// Where the item begins, in bytes from the start.
        at: u64,
        /// What is wrong.
        what: Cow<'static, str>,
    },
}

impl LoadError {
    /// The lines that Redis logs, all of them as warnings. `progress`: bytes that were read when the process last looked at its event loop, which is the
    /// offset that the report of 6.2+ gives.
    ///
    /// Left out are the line numbers of Redis's own source, what `redis-check-rdb` prints when a server runs it on its way out, and the report of a
    /// crash.
    #[must_use]
    pub fn log_lines(&self, era: Era, from: Medium, progress: u64) -> Vec<String> {
        let mut lines = match self {
            LoadError::Signature => return vec!["Wrong signature trying to load DB from file".to_owned()],
            LoadError::Version(n) => return vec![format!("Can't handle RDB format version {n}")],
            LoadError::Database { has } => {
                return vec![format!(
                    "FATAL: Data file was created with a Redis server configured to handle more than {has} databases. Exiting"
                )];
            }
            LoadError::Module { name, aux: true, .. } => {
                return vec![format!("The RDB file contains AUX module data I can't load: no matching module '{name}'")];
            }
            LoadError::Module { name, .. } if !era.has(Era::V6_2) => {
                return vec![format!("The RDB file contains module data I can't load: no matching module '{name}'")];
            }
            LoadError::Duplicate { key, db } if era.has(Era::V6_2) => {
                vec![format!("RDB has duplicated key '{}' in DB {db}", String::from_utf8_lossy(key))]
            }
            LoadError::Checksum { expected, got } if era.has(Era::V6_2) => {
                vec![format!("Wrong RDB checksum expected: ({got:x}) but got ({expected:x}). Aborting now.")]
            }
            LoadError::Checksum { .. } => vec!["Wrong RDB checksum. Aborting now.".to_owned()],
            LoadError::Short => vec!["Short read or OOM loading DB. Unrecoverable error, aborting now.".to_owned()],
            LoadError::Duplicate { .. } | LoadError::Module { .. } | LoadError::Bad { .. } => Vec::new(),
        };
        let what: Cow<'_, str> = match self {
            LoadError::Bad { what, .. } => what.as_ref().into(),
            LoadError::Module { name, .. } => {
                format!("The RDB file contains module data I can't load: no matching module type '{name}'").into()
            }
            LoadError::Checksum { .. } => "RDB CRC error".into(),
            LoadError::Duplicate { .. } => "Duplicated key found in RDB file".into(),
            _ => "Unexpected EOF reading RDB file".into(),
        };
        let panics = matches!(self, LoadError::Duplicate { .. }) || (matches!(self, LoadError::Bad { .. }) && !era.has(Era::V3_2));
        if panics {
            lines.push("-".repeat(48));
            lines.push("!!! Software Failure. Press left mouse button to continue".to_owned());
            lines.push(format!("Guru Meditation: {what}"));
        } else if era.has(Era::V6_2) {
            let tail = match (from, self) {
                (Medium::Disk, _) => "",
                (Medium::Socket, LoadError::Short) => {
                    ". Failure loading rdb format from socket, assuming connection error, resuming operation."
                }
                (Medium::Socket, _) => ". Failure loading rdb format",
            };
            lines.push(format!("Internal error in RDB reading offset {progress}, function at rdb.c -> {what}{tail}"));
            if from == Medium::Socket && self.ends_process(from) {
                lines.push("Terminating server after rdb file reading failure.".to_owned());
            }
        } else if era.has(Era::V3_2) {
            lines.push(format!("Internal error in RDB reading function at rdb.c -> {what}"));
        }
        lines
    }
    /// Whether the server gives up. It says no to a file that is none or too new, and goes on when a connection breaks; anything else it takes for
    /// a broken disk or memory and exits, a replica in the middle of a full resync too.
    #[must_use]
    pub fn ends_process(&self, from: Medium) -> bool {
        match self {
            LoadError::Signature | LoadError::Version(_) => false,
            LoadError::Short => from == Medium::Disk,
            _ => true,
        }
    }
}

/// The name of a module's type as its number in an RDB spells it: nine characters of six bits each, above ten bits of version.
pub(super) fn module_name(id: u64) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (0..9).map(|n| LETTERS[(id >> (58 - 6 * n) & 63) as usize] as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_module() {
        assert_eq!(module_name(0x1234_5678_90ab_cdef), "EjRWeJCrz", "as redis-server 7.0.15 prints it");
    }

    #[test]
    fn what_a_server_survives() {
        let bad = LoadError::Bad { at: 0, what: "x".into() };
        for error in [LoadError::Signature, LoadError::Version(11)] {
            assert!(!error.ends_process(Medium::Disk) && !error.ends_process(Medium::Socket));
        }
        for error in [LoadError::Checksum { expected: 1, got: 2 }, LoadError::Database { has: 16 }, bad] {
            assert!(error.ends_process(Medium::Disk) && error.ends_process(Medium::Socket));
        }
        assert!(LoadError::Short.ends_process(Medium::Disk) && !LoadError::Short.ends_process(Medium::Socket));
    }

    #[test]
    fn the_lines_of_each_era() {
        let module = LoadError::Module { name: "EjRWeJCrz".to_owned(), aux: false, at: 30 };
        assert_eq!(
            module.log_lines(Era::V4_0, Medium::Disk, 0),
            ["The RDB file contains module data I can't load: no matching module 'EjRWeJCrz'"]
        );
        assert_eq!(
            module.log_lines(Era::V7_0, Medium::Disk, 0),
            ["Internal error in RDB reading offset 0, function at rdb.c -> The RDB file contains module data I can't load: no matching \
                 module type 'EjRWeJCrz'"]
        );
        assert_eq!(
            LoadError::Checksum { expected: 0x0101, got: 0xeb7e }.log_lines(Era::V7_0, Medium::Disk, 0),
            [
                "Wrong RDB checksum expected: (eb7e) but got (101). Aborting now.",
                "Internal error in RDB reading offset 0, function at rdb.c -> RDB CRC error"
            ]
        );
        assert_eq!(LoadError::Short.log_lines(Era::V3_0, Medium::Disk, 0).len(), 1);
        assert!(LoadError::Short.log_lines(Era::V7_0, Medium::Socket, 0)[1].ends_with("resuming operation."));
        assert_eq!(
            LoadError::Duplicate { key: Bytes::from_static(b"k"), db: 0 }.log_lines(Era::V7_0, Medium::Disk, 0)[3],
            "Guru Meditation: Duplicated key found in RDB file"
        );
    }
}

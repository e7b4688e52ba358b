//! Fuzz targets: what bytes from outside reach, each as one function that takes any bytes and must neither panic nor take more memory than it may.
//!
//! The same functions are driven by cargo-fuzz (the crate in `fuzz/`), by the test `fuzz` (a fixed number of rounds with the mutator of this module)
//! and by the binary `fuzz` (as many rounds as one likes).

pub mod meter;
pub mod mutate;
mod parsers;
pub mod peers;
mod rdb;

use mutate::Rng;

/// One way in.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, as the command line of the binary and the files of `fuzz/` have it.
    pub name: &'static str,
    /// What the mutator starts from: inputs that get far.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words that such inputs are made of.
    pub words: &'static [&'static [u8]],
    /// Takes any bytes.
    pub run: fn(&[u8]),
    /// Bytes of memory that one run may take at its peak, by the length of its input.
    pub ceiling: fn(usize) -> usize,
}

/// Every target.
pub const TARGETS: [Target; 18] = [
    Target { name: "resp", seeds: parsers::resp_seeds, words: parsers::RESP_WORDS, run: parsers::resp, ceiling: parsing },
    Target { name: "inline", seeds: parsers::inline_seeds, words: parsers::INLINE_WORDS, run: parsers::inline, ceiling: parsing },
    Target { name: "reply", seeds: parsers::reply_seeds, words: parsers::RESP_WORDS, run: parsers::reply, ceiling: parsing },
    Target { name: "conf", seeds: parsers::conf_seeds, words: parsers::CONF_WORDS, run: parsers::conf, ceiling: parsing },
    Target { name: "info", seeds: parsers::info_seeds, words: parsers::INFO_WORDS, run: parsers::info, ceiling: parsing },
    Target { name: "paste", seeds: parsers::paste_seeds, words: parsers::PASTE_WORDS, run: parsers::paste, ceiling: pasting },
    Target { name: "scenario", seeds: parsers::scenario_seeds, words: parsers::SCENARIO_WORDS, run: parsers::scenario, ceiling: parsing },
    Target { name: "rdb", seeds: rdb::file_seeds, words: rdb::WORDS, run: rdb::file, ceiling: loading },
    Target { name: "ziplist", seeds: rdb::ziplist_seeds, words: rdb::WORDS, run: rdb::ziplist, ceiling: loading },
    Target { name: "listpack", seeds: rdb::listpack_seeds, words: rdb::WORDS, run: rdb::listpack, ceiling: loading },
    Target { name: "intset", seeds: rdb::intset_seeds, words: rdb::WORDS, run: rdb::intset, ceiling: loading },
    Target { name: "zipmap", seeds: rdb::zipmap_seeds, words: rdb::WORDS, run: rdb::zipmap, ceiling: loading },
    Target { name: "stream", seeds: rdb::stream_seeds, words: rdb::WORDS, run: rdb::stream, ceiling: loading },
    Target { name: "unlzf", seeds: rdb::unlzf_seeds, words: rdb::WORDS, run: rdb::unlzf, ceiling: loading },
    Target { name: "lzf", seeds: rdb::lzf_seeds, words: rdb::WORDS, run: rdb::lzf, ceiling: loading },
    Target {
        name: "evil-master",
        seeds: peers::master_seeds,
        words: peers::MASTER_WORDS,
        run: peers::evil_master,
        ceiling: peers::ceiling,
    },
    Target {
        name: "evil-replica",
        seeds: peers::replica_seeds,
        words: peers::REPLICA_WORDS,
        run: peers::evil_replica,
        ceiling: peers::ceiling,
    },
    Target {
        name: "evil-caller",
        seeds: peers::caller_seeds,
        words: peers::REPLICA_WORDS,
        run: peers::evil_caller,
        ceiling: peers::ceiling,
    },
];

const MIB: usize = 1 << 20;

/// Parsers keep what they were given, split into words.
fn parsing(len: usize) -> usize {
    4 * MIB + 512 * len
}
/// A paste is kept line by line with the place of each byte, beside the table of all log lines.
fn pasting(len: usize) -> usize {
    16 * MIB + 1_024 * len
}
/// The loader has [`rdb::ROOM`] for the data, and what it reads them from.
fn loading(len: usize) -> usize {
    16 * MIB + 3 * rdb::ROOM as usize + 8 * len
}

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<Target> {
    TARGETS.into_iter().find(|target| target.name == name)
}

/// Runs a target this many times on mutated seeds; the most memory that a run took. `on_each` sees an input before it is run.
///
/// # Panics
/// If the target does, or takes more than its ceiling.
pub fn rounds(target: &Target, seed: u64, count: u64, mut on_each: impl FnMut(u64, &[u8])) -> usize {
    let seeds = (target.seeds)();
    for seed in &seeds {
        (target.run)(seed);
    }
    let mut most = 0;
    for n in 0..count {
        let mut rng = Rng::new(seed, n);
        let input = mutate::mutate(&seeds, target.words, &mut rng);
        on_each(n, &input);
        let peak = meter::peak_of(|| (target.run)(&input));
        let ceiling = (target.ceiling)(input.len());
        assert!(peak <= ceiling, "{} round {n}: {peak} bytes for an input of {}, where {ceiling} would do", target.name, input.len());
        most = most.max(peak);
    }
    most
}

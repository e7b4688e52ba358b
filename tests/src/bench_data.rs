//! The costs of the parser, the command table and the dataset by themselves, without nodes and links around them.

use crate::commands::Keyspace;
use crate::report::{Report, best};
use bytes::Bytes;
use resync_core::era::Era;
use resync_core::resp::{Parser, write_command};
use std::cell::LazyCell;
use std::hint::black_box;

/// One read of a socket.
const READ: usize = 16 << 10;

/// Pipelined SETs of `size` bytes over `keys` keys, about `bytes` of them, cut into reads.
fn pipeline(keys: usize, size: usize, bytes: usize) -> (Vec<Bytes>, usize) {
    let value = vec![b'v'; size];
    let mut wire = Vec::with_capacity(bytes + size + 64);
    let mut commands = 0;
    while wire.len() < bytes {
        // Every key comes once before one comes twice.
        let key = format!("key:{}", commands * 7_919 % keys);
        write_command(&[b"SET", key.as_bytes(), &value], &mut wire);
        commands += 1;
    }
    let wire = Bytes::from(wire);
    ((0..wire.len()).step_by(READ).map(|at| wire.slice(at..wire.len().min(at + READ))).collect(), commands)
}

fn parse(reads: &[Bytes]) -> usize {
    let mut parser = Parser::new();
    let mut bytes = 0;
    for read in reads {
        parser.feed(read);
        while let Some(request) = parser.next().expect("well formed") {
            bytes += request.bytes;
            black_box(&request);
        }
    }
    bytes
}
fn run(keys: &mut Keyspace, reads: &[Bytes]) -> usize {
    let mut parser = Parser::new();
    let mut bytes = 0;
    for read in reads {
        parser.feed(read);
        while let Some(request) = parser.next().expect("well formed") {
            bytes += request.bytes;
            black_box(keys.run(&request.args));
        }
    }
    bytes
}

/// All figures of this room. `copy` is plain copying in GiB/s.
#[allow(clippy::cast_precision_loss, reason = "counts of a bench are far below 2^52")]
pub fn all<F: FnOnce() -> f64>(copy: &LazyCell<f64, F>, report: &mut Report<'_>) {
    let gib = |bytes: usize, seconds: f64| bytes as f64 / seconds / f64::from(1 << 30);

    let reads = LazyCell::new(|| pipeline(1_000, 500, 32 << 20).0);
    report.say("parse SETs of 500 B ÷ memory copy", |clock| {
        let mut bytes = 0;
        let seconds = best(clock, || bytes = parse(&reads));
        gib(bytes, seconds) / **copy
    });
    report.say("parse and run SETs of 500 B on 1 000 keys ÷ memory copy", |clock| {
        let mut keys = Keyspace::new(Era::V7_0);
        let mut bytes = 0;
        let seconds = best(clock, || bytes = run(&mut keys, &reads));
        gib(bytes, seconds) / **copy
    });

    let many = LazyCell::new(|| pipeline(1_000_000, 20, 60 << 20));
    let full = LazyCell::new(|| {
        let mut keys = Keyspace::new(Era::V7_0);
        run(&mut keys, &many.0);
        keys
    });
    report.say("SETs of 20 B that make 1 000 000 keys, cmd/s", |clock| {
        let (reads, commands) = &*many;
        let mut keys = Keyspace::new(Era::V7_0);
        let begun = clock();
        run(&mut keys, reads);
        *commands as f64 / (clock() - begun)
    });
    report.say("SETs of 20 B among 1 000 000 keys, cmd/s", |clock| {
        let mut keys = full.clone();
        let few = pipeline(1_000_000, 20, 16 * READ).1;
        let seconds = best(clock, || {
            run(&mut keys, &many.0[..16]);
        });
        few as f64 / seconds
    });
    report.say("a copy of 1 000 000 keys, then 300 SETs, ms", |clock| {
        let mut keys = full.clone();
        let seconds = best(clock, || {
            let before = keys.data.clone();
            run(&mut keys, &many.0[16..17]);
            black_box(before);
        });
        seconds * 1e3
    });
}

//! `fuzz [target|all] [rounds] [seed]`: runs fuzz targets on mutated seeds, and says what was run. Panics with the round and, in `fuzz-input.bin`, the
//! input that broke something.

use resync_tests::fuzz::meter::Meter;
use resync_tests::fuzz::{TARGETS, rounds, target};
use std::io::Write;

#[global_allocator]
static METER: Meter = Meter;

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_else(|| "all".to_owned());
    let count = args.next().map_or(10_000, |n| n.parse().expect("a number of rounds"));
    let seed = args.next().map_or(1, |n| n.parse().expect("a seed"));
    let targets = if name == "all" {
        TARGETS.to_vec()
    } else {
        vec![target(&name).unwrap_or_else(|| panic!("targets are {}", TARGETS.map(|t| t.name).join(", ")))]
    };
    for target in &targets {
        let started = std::time::Instant::now();
        let last = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let kept = last.clone();
        std::panic::set_hook(Box::new(move |why| {
            let input = kept.lock().map(|input: std::sync::MutexGuard<'_, Vec<u8>>| input.clone()).unwrap_or_default();
            let _ = std::fs::File::create("fuzz-input.bin").and_then(|mut file| file.write_all(&input));
            eprintln!("{why}\nthe input is in fuzz-input.bin");
        }));
        let most = rounds(target, seed, count, |_, input| {
            if let Ok(mut last) = last.lock() {
                last.clear();
                last.extend_from_slice(input);
            }
        });
        println!("{:<13} {count} rounds in {:.1} s, at most {} KiB in one", target.name, started.elapsed().as_secs_f64(), most / 1024);
    }
}

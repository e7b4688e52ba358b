//! `cargo xtask bench`: the figures natively. One `figure<TAB>name<TAB>value` a line, for xtask's table. `bench play WORLD SECONDS` plays one of its worlds,
//! for a profiler, and says which events there were.

use resync_tests::figures;
use std::io::Write as _;
use std::time::Instant;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [play, world, seconds] = &args[..]
        && play == "play"
    {
        let seconds = seconds.parse().ok().filter(|seconds| *seconds > 0).expect("whole seconds");
        let kinds = figures::play(world, seconds).unwrap_or_else(|| panic!("no world of the bench is called {world}"));
        for (kind, events) in kinds {
            println!("{world}: {kind}: {} a simulated second", events / seconds);
        }
        return;
    }
    let begun = Instant::now();
    // Some figures only: those with this text in their name.
    let only = args.first().cloned().unwrap_or_default();
    figures::all(&|| begun.elapsed().as_secs_f64(), &only, &mut |figure| {
        println!("figure\t{}\t{}", figure.name, figure.value);
        std::io::stdout().flush().ok();
    });
}

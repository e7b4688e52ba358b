//! `cargo xtask bench`: the figures natively. One `figure<TAB>name<TAB>value` a line, for xtask's table.

use resync_tests::figures;
use std::io::Write as _;
use std::time::Instant;

fn main() {
    let begun = Instant::now();
    // Some figures only: those with this text in their name.
    let only = std::env::args().nth(1).unwrap_or_default();
    figures::all(&|| begun.elapsed().as_secs_f64(), &only, &mut |figure| {
        println!("figure\t{}\t{}", figure.name, figure.value);
        std::io::stdout().flush().ok();
    });
}

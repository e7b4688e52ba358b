//! `cargo xtask bench`: the figures natively, and the size of the built page. One `figure<TAB>name<TAB>value` a line, for xtask's table.

use resync_tests::figures;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

fn main() {
    let begun = Instant::now();
    // Some figures only: those with this text in their name.
    let only = std::env::args().nth(1).unwrap_or_default();
    figures::all(&|| begun.elapsed().as_secs_f64(), &only, &mut |figure| show(&figure.name, figure.value));
    const PAGE: &str = "wasm + js + css at first load, brotli, KB";
    if !PAGE.contains(&only) {
        return;
    }
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").join("dist");
    let (mut total, mut wasm) = (0, 0);
    for entry in std::fs::read_dir(&dist).expect("dist/ is built") {
        let path = entry.expect("an entry").path();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if ["wasm", "js", "css"].contains(&ending) {
            let size = squeezed(&std::fs::read(&path).expect("a file of dist/"));
            total += size;
            wasm += if ending == "wasm" { size } else { 0 };
        }
    }
    show("wasm alone, brotli, KB", wasm as f64 / 1000.0);
    show(PAGE, total as f64 / 1000.0);
}

fn show(name: &str, value: f64) {
    println!("figure\t{name}\t{value}");
    std::io::stdout().flush().ok();
}

/// Bytes after brotli at its best, as a static host would keep the file.
fn squeezed(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let options = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &options).expect("memory does not fail");
    out.len()
}

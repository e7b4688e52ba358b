//! Compressed copies beside the files of `dist/`: `x.wasm.br` and `x.wasm.gz` for hosts that serve them.

use crate::shell::Done;
use std::io::Write as _;
use std::path::Path;

/// Files smaller than this travel in one packet anyway.
const LEAST: usize = 1_000;
/// Kinds of files that compression makes smaller.
const KINDS: [&str; 7] = ["html", "js", "css", "wasm", "txt", "svg", "json"];

/// After brotli at its best, as a static host would keep the file.
pub(crate) fn brotli(bytes: &[u8]) -> Vec<u8> {
    squeezed(bytes, 11)
}

/// After brotli as it is quick, for comparisons of parts.
pub(crate) fn quick(bytes: &[u8]) -> Vec<u8> {
    squeezed(bytes, 9)
}

fn squeezed(bytes: &[u8], quality: i32) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).expect("memory does not fail");
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes).and_then(|()| out.finish()).expect("memory does not fail")
}

/// Writes both copies beside every file of the folder that gains by it.
pub(crate) fn beside(folder: &Path) -> Done {
    for entry in std::fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            beside(&path)?;
            continue;
        }
        let Some(ending) = path.extension().and_then(|ending| ending.to_str()).filter(|ending| KINDS.contains(ending)) else { continue };
        let bytes = std::fs::read(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        if bytes.len() < LEAST {
            continue;
        }
        for (kind, small) in [("br", brotli(&bytes)), ("gz", gzip(&bytes))] {
            let copy = path.with_extension(format!("{ending}.{kind}"));
            std::fs::write(&copy, small).map_err(|why| format!("{}: {why}", copy.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{beside, brotli};
    use std::io::Read as _;

    #[test]
    fn both_copies_are_the_file() {
        let folder = std::env::temp_dir().join(format!("resync-pressed-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("lessons")).expect("a temporary folder");
        let text = "the stream of the master, byte for byte; ".repeat(100);
        for name in ["a.wasm", "lessons/b.txt", "c.png"] {
            std::fs::write(folder.join(name), &text).expect("a file");
        }
        std::fs::write(folder.join("small.js"), "1").expect("a file");
        beside(&folder).expect("a folder");
        for name in ["a.wasm", "lessons/b.txt"] {
            let (mut br, mut gz) = (Vec::new(), String::new());
            let small = std::fs::read(folder.join(format!("{name}.br"))).expect("the copy");
            assert!(small == brotli(text.as_bytes()) && small.len() < 200, "{}", small.len());
            brotli::BrotliDecompress(&mut small.as_slice(), &mut br).expect("brotli");
            assert_eq!(br, text.as_bytes());
            let small = std::fs::read(folder.join(format!("{name}.gz"))).expect("the copy");
            flate2::read::GzDecoder::new(small.as_slice()).read_to_string(&mut gz).expect("gzip");
            assert_eq!(gz, text);
        }
        assert!(!folder.join("c.png.br").exists() && !folder.join("small.js.gz").exists());
        std::fs::remove_dir_all(folder).ok();
    }
}

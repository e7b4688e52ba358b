//! A small static web server for `dist/`: `cargo xtask serve`, and the browser tests, which include this file.
//!
//! Where a file has a compressed copy beside it (`x.wasm.br`, `x.wasm.gz`) and the browser takes it, that is what is sent.
//! It serves one folder on 127.0.0.1, under a prefix if wanted (so that tests can prove that the page works under a sub-path), answers GET
//! and HEAD, and never leaves the folder. It sends no security headers: the page must be safe on any host by what it carries itself.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path};

/// Serves `folder` under `prefix` (`"/"` or `"/some/where/"`) until the process ends.
pub(crate) fn serve(listener: &TcpListener, folder: &Path, prefix: &'static str) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        std::thread::spawn(move || {
            // A browser that hangs up in the middle is no news.
            let _ = talk(&stream, &folder, prefix);
        });
    }
}

/// One connection: requests one after the other, until the browser closes it.
fn talk(stream: &TcpStream, folder: &Path, prefix: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let (mut header, mut takes) = (String::new(), String::new());
        while reader.read_line(&mut header)? > 2 {
            if let Some((name, value)) = header.split_once(':')
                && name.eq_ignore_ascii_case("accept-encoding")
            {
                value.trim().clone_into(&mut takes);
            }
            header.clear();
        }
        let mut words = first.split_ascii_whitespace();
        let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
        let answer = match method {
            "GET" | "HEAD" => answer(folder, prefix, path, &takes),
            _ => Answer { status: "405 Method Not Allowed", kind: "text/plain", coding: "", body: b"GET and HEAD only\n".to_vec() },
        };
        let mut out = answer.head().into_bytes();
        if method != "HEAD" {
            out.extend_from_slice(&answer.body);
        }
        (&mut (&*stream)).write_all(&out)?;
    }
}

/// What is sent back.
struct Answer {
    status: &'static str,
    kind: &'static str,
    /// How the body is compressed; empty if it is not.
    coding: &'static str,
    body: Vec<u8>,
}
impl Answer {
    fn head(&self) -> String {
        let Answer { status, kind, coding, body } = self;
        let coding = if coding.is_empty() { String::new() } else { format!("Content-Encoding: {coding}\r\n") };
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{coding}Vary: Accept-Encoding\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\n\r\n"
        )
    }
}

/// Compressed copies, best first: the coding's name and the ending of the file.
const CODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// Whether a request with this `Accept-Encoding` takes the coding.
fn accepts(takes: &str, coding: &str) -> bool {
    takes.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        // `q=0` in any spelling means that it is not taken.
        parts.next() == Some(coding) && !parts.any(|part| part.strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32)))
    })
}

fn answer(folder: &Path, prefix: &str, path: &str, takes: &str) -> Answer {
    let missing = Answer { status: "404 Not Found", kind: "text/plain", coding: "", body: b"not here\n".to_vec() };
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let Some(inside) = path.strip_prefix(prefix) else { return missing };
    let inside = Path::new(if inside.is_empty() { "index.html" } else { inside });
    // Plain names only: no `..`, no absolute path, no percent escapes (our file names need none).
    if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
        return missing;
    }
    let file = folder.join(inside);
    let found = |coding: &'static str, body: Vec<u8>| Answer { status: "200 OK", kind: kind(inside), coding, body };
    for (coding, ending) in CODINGS.iter().filter(|(coding, _)| accepts(takes, coding)) {
        let mut copy = file.clone().into_os_string();
        copy.push(format!(".{ending}"));
        if let Ok(body) = std::fs::read(copy) {
            return found(coding, body);
        }
    }
    std::fs::read(file).map_or(missing, |body| found("", body))
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{accepts, answer};

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let above = std::env::temp_dir().join(format!("resync-server-{}", std::process::id()));
        let here = above.join("dist");
        std::fs::create_dir_all(&here).expect("a temporary folder");
        std::fs::write(here.join("a.js"), "inside").expect("a file");
        std::fs::write(above.join("b.js"), "outside").expect("a file");
        let status = |path: &str| answer(&here, "/at/", path, "").status;
        assert_eq!((status("/at/a.js"), status("/at/a.js?x#y")), ("200 OK", "200 OK"));
        for path in ["/a.js", "/at/../b.js", "/at//etc/passwd", "/at/%2e%2e/b.js", "/at/x/../../b.js", "/at/none", ""] {
            assert_eq!(status(path), "404 Not Found", "{path}");
        }
        std::fs::remove_dir_all(above).ok();
    }
    #[test]
    fn a_compressed_copy_goes_to_who_takes_it_under_the_file_s_own_type() {
        let here = std::env::temp_dir().join(format!("resync-codings-{}", std::process::id()));
        std::fs::create_dir_all(&here).expect("a temporary folder");
        for (name, text) in [("a.wasm", "plain"), ("a.wasm.br", "b"), ("a.wasm.gz", "g"), ("b.js", "js"), ("b.js.gz", "z")] {
            std::fs::write(here.join(name), text).expect("a file");
        }
        let got = |name: &str, takes: &str| {
            let answer = answer(&here, "/", &format!("/{name}"), takes);
            assert!(answer.head().contains("Vary: Accept-Encoding\r\n"), "{}", answer.head());
            assert_eq!(answer.head().contains("Content-Encoding"), !answer.coding.is_empty());
            (answer.kind, answer.coding, String::from_utf8(answer.body).expect("text"))
        };
        let wasm = "application/wasm";
        assert_eq!(got("a.wasm", "gzip, deflate, br, zstd"), (wasm, "br", "b".into()));
        assert_eq!(got("a.wasm", "gzip;q=0.5, br;q=0"), (wasm, "gzip", "g".into()));
        assert_eq!(got("a.wasm", ""), (wasm, "", "plain".into()));
        assert_eq!(got("b.js", "br, gzip"), ("text/javascript; charset=utf-8", "gzip", "z".into()));
        assert!(!accepts("brotli, xbr", "br") && accepts("br;q=1.0", "br"));
        std::fs::remove_dir_all(here).ok();
    }
}

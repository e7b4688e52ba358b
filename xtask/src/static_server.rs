//! A small static web server for `dist/`: `cargo xtask serve`, and the browser tests, which include this file.
//!
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
        let mut header = String::new();
        while reader.read_line(&mut header)? > 2 {
            header.clear();
        }
        let mut words = first.split_ascii_whitespace();
        let (method, path) = (words.next().unwrap_or(""), words.next().unwrap_or("/"));
        let (status, kind, body) = match method {
            "GET" | "HEAD" => answer(folder, prefix, path),
            _ => ("405 Method Not Allowed", "text/plain", b"GET and HEAD only\n".to_vec()),
        };
        let mut out =
            format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\r\n", body.len())
                .into_bytes();
        if method != "HEAD" {
            out.extend_from_slice(&body);
        }
        (&mut (&*stream)).write_all(&out)?;
    }
}

fn answer(folder: &Path, prefix: &str, path: &str) -> (&'static str, &'static str, Vec<u8>) {
    let missing = ("404 Not Found", "text/plain", b"not here\n".to_vec());
    let path = path.split(['?', '#']).next().unwrap_or("/");
    let Some(inside) = path.strip_prefix(prefix) else { return missing };
    let inside = Path::new(if inside.is_empty() { "index.html" } else { inside });
    // Plain names only: no `..`, no absolute path, no percent escapes (our file names need none).
    if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
        return missing;
    }
    std::fs::read(folder.join(inside)).map_or(missing, |body| ("200 OK", kind(inside), body))
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
    use super::answer;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let above = std::env::temp_dir().join(format!("resync-server-{}", std::process::id()));
        let here = above.join("dist");
        std::fs::create_dir_all(&here).expect("a temporary folder");
        std::fs::write(here.join("a.js"), "inside").expect("a file");
        std::fs::write(above.join("b.js"), "outside").expect("a file");
        let status = |path: &str| answer(&here, "/at/", path).0;
        assert_eq!((status("/at/a.js"), status("/at/a.js?x#y")), ("200 OK", "200 OK"));
        for path in ["/a.js", "/at/../b.js", "/at//etc/passwd", "/at/%2e%2e/b.js", "/at/x/../../b.js", "/at/none", ""] {
            assert_eq!(status(path), "404 Not Found", "{path}");
        }
        std::fs::remove_dir_all(above).ok();
    }
}

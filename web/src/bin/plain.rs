//! Writes the plain pages of the lessons: `plain WEB TO SHEET …`. `cargo xtask build` calls it.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [web, to, sheets @ ..] = args.as_slice() else {
        eprintln!(
            "plain WEB TO SHEET …: the page's sources, the folder to write into, the addresses of the stylesheets as seen from there"
        );
        return ExitCode::FAILURE;
    };
    match resync_web::plain::write(Path::new(web), Path::new(to), sheets) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

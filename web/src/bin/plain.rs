//! Writes the plain pages of the lessons: `plain WEB TO SHEET …`. `cargo xtask build` calls it.

use std::path::Path;

fn main() -> Result<(), String> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [web, to, sheets @ ..] = args.as_slice() else {
        return Err(
            "plain WEB TO SHEET …: the page's sources, the folder to write into, the stylesheets' addresses as seen from there".to_owned()
        );
    };
    resync_web::plain::write(Path::new(web), Path::new(to), sheets)
}

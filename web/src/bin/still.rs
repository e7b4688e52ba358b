//! Prints the first picture of the page: `cargo xtask build` writes it into `index.html`.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(resync_web::still::templates().as_bytes())
}

//! `cargo xtask bench live`: resync-node (or the program that is named) beside a real redis-server 7.0.

fn main() {
    let me = std::env::current_exe().expect("this program knows where it is");
    let node = std::env::args_os().nth(1).map_or_else(|| me.with_file_name("resync-node"), std::path::PathBuf::from);
    assert!(node.is_file(), "{} is missing: build it, or name another", node.display());
    println!("{:<48} {:>12} {:>12} {:>8}", "", "resync-node", "redis 7.0", "ratio");
    resync_tests::beside::measure(node, |row| {
        println!("{:<48} {:>12.3} {:>12.3} {:>8.2}", row.name, row.ours, row.real, row.ratio());
    });
}

//! `resync-diagnose [--json] [--lang en|zh] [FILE [LATER-FILE]]`: reads what a Redis printed and logged, as it was pasted, from files or standard input,
//! and says what it means. A second file is the same servers some seconds later. Exit status: 0 healthy, 1 findings, 2 unreadable or too little.

use resync_core::diagnose::{Health, Reader, joined, judge};
use resync_desk::{Lang, json, text};
use std::io::Read as _;
use std::process::ExitCode;

const USAGE: &str = "resync-diagnose [--json] [--lang en|zh] [--after SECONDS] [FILE [LATER-FILE]]
  reads INFO, ROLE, CONFIG GET, CLIENT LIST and log lines of any nodes from FILE or standard input
  a second file is the same servers later; --after says how many seconds, if INFO does not
  exit status: 0 healthy, 1 findings, 2 unreadable";

/// A file's text; bytes that are no UTF-8 are replaced.
fn read(name: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read =
        if name == "-" { std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()) } else { std::fs::read(name).map(|all| bytes = all) };
    read.map_err(|why| format!("{name}: {why}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn run() -> Result<Health, String> {
    let (mut lang, mut as_json, mut after_ms, mut names) = (Lang::En, false, None, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--json" => as_json = true,
            "--lang" => {
                let code = args.next().unwrap_or_default();
                lang = Lang::of(&code).ok_or(format!("--lang {code}: en or zh"))?;
            }
            "--after" => {
                let seconds = args.next().unwrap_or_default();
                after_ms = Some(seconds.parse::<u64>().map_err(|_| format!("--after {seconds}: whole seconds"))?.saturating_mul(1_000));
            }
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(Health::Well);
            }
            option if option.starts_with("--") => return Err(format!("{option} is no option\n{USAGE}")),
            name => names.push(name.to_owned()),
        }
    }
    if names.len() > 2 {
        return Err(format!("two files at most\n{USAGE}"));
    }
    let first = read(names.first().map_or("-", String::as_str))?;
    let second = names.get(1).map(|name| read(name)).transpose()?;
    let reader = Reader::default();
    let mut paste = reader.read(&first, 0);
    if let Some(second) = &second {
        paste = joined(paste, reader.read(second, 1), after_ms);
    }
    let diagnosis = judge(paste);
    let pastes = [first.as_str(), second.as_deref().unwrap_or_default()];
    let said = if as_json { json(lang, pastes, &diagnosis) + "\n" } else { text(lang, pastes, &diagnosis) };
    // A reader that has seen enough (`| head`) is no failure.
    let _ = std::io::Write::write_all(&mut std::io::stdout().lock(), said.as_bytes());
    Ok(diagnosis.health)
}

fn main() -> ExitCode {
    match run() {
        Ok(Health::Well) => ExitCode::SUCCESS,
        Ok(Health::Findings) => ExitCode::from(1),
        Ok(Health::Unknown | Health::Unreadable) => ExitCode::from(2),
        Err(why) => {
            eprintln!("resync-diagnose: {why}");
            ExitCode::from(2)
        }
    }
}

//! The page: building it with trunk, finishing what trunk leaves (the *seal*), serving it.

use crate::shell::{Done, cargo, for_the_page, hash, line, program, root, run, say};
use crate::{later, pressed, static_server, styles, tools};
use resync_lessons::{cards, folder, incidents, packed};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Builds `dist/`.
pub(crate) fn build() -> Done {
    tools::for_page()?;
    trunk(Build::Page)?;
    say("the page is in dist/: any static host can serve it, under any path");
    Ok(())
}

/// Builds a `dist/` whose module counts which of its functions run.
pub(crate) fn build_counting() -> Done {
    tools::for_page()?;
    run(for_the_page(&mut program("trunk")).args(["build", "--release"]).env_remove("NO_COLOR").env(later::COUNT, "1"))
}

/// How the page is built.
#[derive(Clone, Copy)]
enum Build {
    /// As it is published: small.
    Page,
    /// As one works on it: built again in seconds.
    Swift,
}

fn trunk(how: Build) -> Done {
    let mut command = program("trunk");
    command.arg("build").args(matches!(how, Build::Page).then_some("--release"));
    if matches!(how, Build::Page) {
        for_the_page(&mut command);
    }
    // Trunk reads NO_COLOR as a yes or no and stops at `1`, which is what everyone else writes there.
    run(command.env_remove("NO_COLOR"))
}

/// Builds and serves the page on 127.0.0.1, and builds it again whenever a source changes.
pub(crate) fn serve(options: &[&str]) -> Done {
    let mut port: Option<u16> = None;
    let mut watch = true;
    let mut how = Build::Page;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--port" => port = Some(options.next().and_then(|n| n.parse().ok()).ok_or("--port wants a number")?),
            "--no-watch" => watch = false,
            "--swift" => how = Build::Swift,
            other => return Err(format!("`serve` does not know `{other}`; it takes --port N, --swift and --no-watch")),
        }
    }
    let listener = match port {
        Some(port) => TcpListener::bind(("127.0.0.1", port)).map_err(|why| format!("port {port}: {why}"))?,
        // The usual one, or else one of its neighbours, so that a second checkout can be served beside the first.
        None => (8080..8100)
            .find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok())
            .ok_or("no port from 8080 to 8099 is free; choose one with --port")?,
    };
    let address = listener.local_addr().map_err(|why| why.to_string())?;
    let begun = newest();
    tools::for_page()?;
    trunk(how)?;
    std::thread::spawn(move || static_server::serve(&listener, &root().join("dist"), "/"));
    println!("Resync is at http://{address}/  (Ctrl-C ends it)");
    let mut built = begun;
    loop {
        std::thread::sleep(Duration::from_millis(700));
        if !watch {
            continue;
        }
        let now = newest();
        if now > built {
            built = now;
            say("a source has changed");
            match trunk(how) {
                Ok(()) => say(&format!("reload http://{address}/")),
                Err(why) => eprintln!("xtask: {why}"),
            }
        }
    }
}

/// When a source of the page was last written.
fn newest() -> SystemTime {
    fn walk(path: &Path, newest: &mut SystemTime) {
        let Ok(about) = path.symlink_metadata() else { return };
        if about.is_dir() {
            for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
                walk(&entry.path(), newest);
            }
        } else if let Ok(written) = about.modified() {
            *newest = (*newest).max(written);
        }
    }
    let mut newest = SystemTime::UNIX_EPOCH;
    for part in ["core/src", "core/Cargo.toml", "js", "lessons", "desk", "web", "index.html", "Trunk.toml", "Cargo.toml", "Cargo.lock"] {
        walk(&root().join(part), &mut newest);
    }
    newest
}

/// Trunk's `pre_build` hook: joins the stylesheets, one for each panel, into the two that index.html links.
pub(crate) fn join_styles() -> Done {
    let folder = root().join("target/styles");
    std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    for (name, css) in SHEETS.into_iter().zip(styles::joined(&root())?) {
        let sheet = folder.join(format!("{name}.css"));
        std::fs::write(&sheet, css).map_err(|why| format!("{}: {why}", sheet.display()))?;
    }
    Ok(())
}

/// The stylesheets that index.html links: the first picture's, and the one that is fetched behind it.
const SHEETS: [&str; 2] = ["page", "panels"];

/// Trunk's `post_build` hook: what a strict content security policy wants.
///
/// 1. Trunk's loader is an inline script, which the policy forbids: it moves into a file of its own, named by its hash.
/// 2. The first picture is drawn and written into the page; the module is fetched by `web/first.js`.
/// 3. The lessons are read, checked and packed: a file for each and an index, all named by their hashes, and the index is fetched with the page.
/// 4. Each lesson becomes a plain page in each language, which needs no script.
/// 5. The stylesheet of the panels that the first picture does not show is left to `web/later.js`.
/// 6. Whatever inline script, inline style or absolute address is then left stops the build.
/// 7. Each file that is published gets its compressed copies beside it.
pub(crate) fn seal() -> Done {
    let staging =
        std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from).ok_or("`seal` is trunk's post_build hook; use `cargo xtask build`")?;
    let index = staging.join("index.html");
    let html = std::fs::read_to_string(&index).map_err(|why| format!("{}: {why}", index.display()))?;
    let html = loaders_out(html, &staging)?;
    let html = if published() { first_in(&html, &still()?)? } else { html };
    let html = lessons_in(&html, &root().join("web/lessons"), &staging)?;
    let html = if published() { later_in(html, &later::waiting(), &staging)? } else { html };
    let html = sheet_later(&html)?;
    let html = if published() { plain_in(&html, &staging)? } else { html };
    for (forbidden, why) in [(" style=", "an inline style"), ("://", "an absolute address"), (" onload=", "an inline handler")] {
        if let Some(at) = html.find(forbidden) {
            let around: String = html[at..].chars().take(80).collect();
            return Err(format!("index.html has {why}, which the page's policy forbids: …{around}…"));
        }
    }
    std::fs::write(&index, html).map_err(|why| format!("{}: {why}", index.display()))?;
    // While one works on the page, or counts what it runs, nobody waits for it across a network.
    if published() && std::env::var_os(later::COUNT).is_none() { pressed::beside(&staging) } else { Ok(()) }
}

/// Whether trunk builds the page as it is published.
fn published() -> bool {
    std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release")
}

/// Moves each inline script into a file.
fn loaders_out(html: String, staging: &Path) -> Done<String> {
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find("<script") {
        let (before, tag) = rest.split_at(at);
        let open = tag.find('>').ok_or("a script tag without an end")?;
        let close = tag.find("</script>").ok_or("a script without its closing tag")?;
        let (head, body) = (&tag[..open], tag[open + 1..close].trim());
        out.push_str(before);
        if body.is_empty() {
            out.push_str(&tag[..close + "</script>".len()]);
        } else {
            let name = written(staging, "loader", "js", told(body, staging)?.as_bytes())?;
            let kind = if head.contains("module") { r#" type="module""# } else { "" };
            out.push_str(&format!(r#"<script{kind} src="./{name}"></script>"#));
        }
        rest = &tag[close + "</script>".len()..];
    }
    out.push_str(rest);
    Ok(out)
}

/// Packs the lessons, the refutation cards and the incidents into files beside the page, and lets the browser fetch their index before the engine asks for it.
fn lessons_in(html: &str, lessons: &Path, staging: &Path) -> Done<String> {
    let all = folder::read_all(lessons).map_err(|why| format!("a lesson is not right:\n{why}"))?;
    let write = |name: &str, text: &str| std::fs::write(staging.join("lessons").join(name), text).map_err(|why| format!("{name}: {why}"));
    std::fs::create_dir_all(staging.join("lessons")).map_err(|why| format!("lessons/: {why}"))?;
    for lesson in &all {
        write(&lesson.file(), &packed::lesson(&lesson.lesson))?;
    }
    let index = packed::index(&all.iter().map(folder::Folder::entry).collect::<Vec<_>>());
    let name = folder::named("index", &index);
    write(&name, &index)?;
    let refuted = cards::read_all(&lessons.with_file_name("cards")).map_err(|why| format!("a card is not right:\n{why}"))?;
    let refuted = cards::packed(&refuted);
    let beside = folder::named("cards", &refuted);
    write(&beside, &refuted)?;
    let found = incidents::read_all(&lessons.with_file_name("incidents")).map_err(|why| format!("an incident is not right:\n{why}"))?;
    let found = incidents::packed(&found.into_iter().map(|folder| folder.incident).collect::<Vec<_>>());
    let cases = folder::named("incidents", &found);
    write(&cases, &found)?;
    let (head, body) = html.split_once("</head>").ok_or("index.html has no head")?;
    // The page finds the index by this element's id; `crossorigin` makes the browser use the same request for both.
    Ok(format!(
        r#"{head}<link id="lessons" rel="preload" as="fetch" crossorigin="anonymous" href="./lessons/{name}" data-cards="./lessons/{beside}" data-incidents="./lessons/{cases}"></head>{body}"#
    ))
}

/// Trunk's loader, with the module fetched by `web/first.js`, which tells how far it is.
fn told(loader: &str, staging: &Path) -> Done<String> {
    const INIT: &str = "module_or_path: '";
    let Some((before, rest)) = loader.split_once(INIT) else { return Ok(loader.to_owned()) };
    let (address, after) = rest.split_once('\'').ok_or("trunk's loader names its module otherwise")?;
    let file = staging.join(address.trim_start_matches("./"));
    let size = std::fs::metadata(&file).map_err(|why| format!("{}: {why}", file.display()))?.len();
    Ok(format!("{before}module_or_path: resyncStart('{address}', {size}){after}"))
}

/// The first picture in every language and shape, drawn by the page's own components.
fn still() -> Done<String> {
    let mut draw = cargo(&["run", "--quiet", "--locked", "-p", "resync-web", "--features", "still", "--bin", "still"]);
    say(&line(&draw));
    let drawn = draw.stderr(std::process::Stdio::inherit()).output().map_err(|why| format!("the first picture: {why}"))?;
    if !drawn.status.success() || drawn.stdout.is_empty() {
        return Err(format!("the first picture was not drawn ({})", drawn.status));
    }
    String::from_utf8(drawn.stdout).map_err(|why| why.to_string())
}

/// Writes the plain pages beside the lessons, and names them to whoever has no script.
fn plain_in(html: &str, staging: &Path) -> Done<String> {
    let names = std::fs::read_dir(staging).map_err(|why| format!("{}: {why}", staging.display()))?.flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let page = names.filter(|name| name.starts_with("page-")).find(|name| name.ends_with(".css")).ok_or("the page has no stylesheet")?;
    let css = std::fs::read(root().join(styles::APART)).map_err(|why| format!("{}: {why}", styles::APART))?;
    let plain = written(staging, "plain", "css", &css)?;
    let mut write = cargo(&["run", "--quiet", "--locked", "-p", "resync-web", "--features", "still", "--bin", "plain", "--"]);
    write.arg(root().join("web")).arg(staging.join("lessons")).args([format!("../{page}"), format!("../{plain}")]);
    run(&mut write)?;
    let (before, after) = html.split_once("</noscript>").ok_or("index.html says nothing to who has no script")?;
    let lists = r#"<p><a href="./lessons/index.en.html" lang="en">All lessons to read</a> · <a href="./lessons/index.zh.html" lang="zh-CN">全部课程（纯文字）</a></p>"#;
    Ok(format!("{before}{lists}</noscript>{after}"))
}

/// Writes the first picture into the page.
fn first_in(html: &str, templates: &str) -> Done<String> {
    let (head, body) = html.split_once("<body>").ok_or("index.html has no body")?;
    Ok(format!("{head}<body>{templates}{body}"))
}

/// Brings the second part of the module beside the first, and tells the page its name. Without one the module is whole.
fn later_in(html: String, waiting: &Path, staging: &Path) -> Done<String> {
    let Ok(module) = std::fs::read(waiting) else {
        let glue = std::fs::read_dir(staging).into_iter().flatten().flatten().map(|entry| entry.path());
        let asks = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains(later::ASKS));
        return match glue.filter(|path| path.extension().is_some_and(|ending| ending == "js")).find(asks) {
            Some(glue) => Err(format!("{} wants a second part, and {} is not there: build again", glue.display(), waiting.display())),
            None => Ok(html),
        };
    };
    let name = written(staging, "later", "wasm", &module)?;
    let (head, body) = html.split_once("</head>").ok_or("index.html has no head")?;
    Ok(format!("{head}<meta name=\"later\" content=\"./{name}\"></head>{body}"))
}

/// Takes the link to the second stylesheet out of the page, and tells `web/later.js` its name.
fn sheet_later(html: &str) -> Done<String> {
    // Trunk's minifier leaves out the quotes.
    let at = html.find(&format!("./{}-", SHEETS[1])).ok_or("index.html links no stylesheet that comes later")?;
    let from = html[..at].rfind("<link").ok_or("an address outside a link")?;
    let to = at + html[at..].find('>').ok_or("a link without an end")? + 1;
    let name = html[at..to].split(['"', ' ', '>']).next().unwrap_or_default();
    Ok(format!("{}<meta name=\"panels\" content=\"{name}\">{}", &html[..from], &html[to..]))
}

/// Writes a file named by its content, and says its name.
fn written(staging: &Path, stem: &str, ending: &str, content: &[u8]) -> Done<String> {
    let name = format!("{stem}-{:016x}.{ending}", hash(content));
    std::fs::write(staging.join(&name), content).map_err(|why| format!("{name}: {why}"))?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::{SHEETS, lessons_in, loaders_out, root, sheet_later, styles};
    use resync_lessons::{cards, incidents, packed};

    fn staging(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("resync-seal-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        folder
    }

    #[test]
    fn inline_scripts_become_files_and_others_stay() {
        let staging = staging("scripts");
        let html = r#"<head><script src="./a.js"></script><script type="module">import x from './b.js';</script></head>"#;
        let sealed = loaders_out(html.into(), &staging).expect("well formed");
        let name = sealed.split("src=\"./").nth(2).and_then(|rest| rest.split('"').next()).expect("a second script");
        assert_eq!(sealed, format!(r#"<head><script src="./a.js"></script><script type="module" src="./{name}"></script></head>"#));
        assert_eq!(std::fs::read_to_string(staging.join(name)).expect("the file"), "import x from './b.js';");
        assert!(loaders_out("<script>never closed".into(), &staging).is_err());
        std::fs::remove_dir_all(staging).ok();
    }

    #[test]
    fn stylesheets_are_found_in_every_folder_and_the_general_ones_come_first() {
        let project = staging("styles");
        for (path, text) in [
            ("web/src/panels/b/b.css", "b{}"),
            ("web/src/panels/a/a.css", "a{}"),
            ("web/src/panels/a/mod.rs", "//!"),
            ("web/styles/z.css", "z{}"),
            ("web/styles/tokens.css", "1{}"),
            ("web/styles/base.css", "2{}"),
            ("web/styles/shell.css", "3{}"),
            ("web/styles/figures.css", "4{}"),
        ] {
            let file = project.join(path);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            std::fs::write(file, text).expect("a file");
        }
        assert!(styles::joined(&project).expect_err("no panel of those that come later").contains("is to come later"));
        for panel in styles::LATER {
            let folder = project.join(format!("web/src/panels/{panel}"));
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(folder.join(format!("{panel}.css")), panel).expect("a file");
        }
        let [first, later] = styles::joined(&project).expect("readable");
        assert_eq!(first, "1{}\n2{}\n3{}\n4{}\na{}\nb{}\nz{}\n");
        assert_eq!(later, styles::LATER.map(|panel| format!("{panel}\n")).concat());
        std::fs::remove_file(project.join("web/styles/base.css")).expect("it was there");
        assert!(styles::joined(&project).is_err(), "a sheet on which the others build is missing");
        std::fs::remove_dir_all(project).ok();
    }

    #[test]
    fn the_page_links_the_joined_stylesheets() {
        let index = std::fs::read_to_string(root().join("index.html")).expect("the page");
        assert_eq!(index.matches(r#"rel="css""#).count(), 2, "two sheets, however many panels");
        for name in SHEETS {
            assert!(index.contains(&format!(r#"href="target/styles/{name}.css""#)), "those that the hook writes");
        }
    }

    #[test]
    fn the_second_stylesheet_is_named_and_not_linked() {
        let html = r#"<head><link rel="stylesheet" href="./page-1.css"/><link rel="stylesheet" href="./panels-2.css"/></head>"#;
        let sealed = sheet_later(html).expect("it is linked");
        assert_eq!(sealed, r#"<head><link rel="stylesheet" href="./page-1.css"/><meta name="panels" content="./panels-2.css"></head>"#);
        let bare = sheet_later("<link href=./page-1.css rel=stylesheet><link href=./panels-2.css rel=stylesheet>").expect("it is linked");
        assert_eq!(bare, r#"<link href=./page-1.css rel=stylesheet><meta name="panels" content="./panels-2.css">"#);
        assert!(sheet_later("<head></head>").is_err());
    }

    #[test]
    fn every_lesson_lies_beside_the_page_and_the_index_names_it() {
        let staging = staging("lessons");
        let html = lessons_in("<head></head><body></body>", &root().join("web/lessons"), &staging).expect("the lessons are right");
        let read = |name: &str| std::fs::read_to_string(staging.join("lessons").join(name)).expect(name);
        let index = html.split("href=\"./lessons/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the index");
        assert!(html.ends_with("></head><body></body>"), "{html}");
        let entries = packed::read_index(&read(index)).expect("an index");
        assert!(!entries.is_empty());
        for entry in &entries {
            assert_eq!(packed::read_lesson(&read(&entry.file)).expect("a lesson").id, entry.id);
        }
        let beside = html.split("data-cards=\"./lessons/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the cards");
        assert!(!cards::read(&read(beside)).expect("cards").is_empty());
        let cases =
            html.split("data-incidents=\"./lessons/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link to the incidents");
        assert!(!incidents::read(&read(cases)).expect("incidents").is_empty());
        assert!(lessons_in("<head></head>", &staging, &staging).expect_err("a folder of files").contains("a lesson is not right"));
        std::fs::remove_dir_all(staging).ok();
    }
}

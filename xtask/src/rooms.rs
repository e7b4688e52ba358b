//! How large the page is, and which part of the sources its bytes come from: the *rooms*.
//!
//! The stand-in for `wasm-bindgen` keeps a copy of the module with the names of its functions, which the published one does not carry. A room's share is what
//! its functions come to when they are compressed by themselves, scaled so that all shares add up to the module: compression finds repetitions across rooms,
//! which belong to none of them.

use crate::constants::{self, Chosen, Cut, Sorted};
use crate::later::{self, Later, Parts};
use crate::linked::{self, plain, section};
use crate::pressed;
use crate::rare::{self, Rare};
use crate::shell::{Done, root, target};
use crate::tight::{self, Tight};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// Where the copy with names lies.
fn named() -> PathBuf {
    target().join("rooms")
}

/// What was decided about the module before `wasm-bindgen` read it.
#[derive(Default)]
pub(crate) struct Begun {
    cut: Option<Cut>,
    /// The functions that come later.
    later: Option<BTreeSet<String>>,
}

/// Before `wasm-bindgen` runs with these arguments: puts the constants of the module in order, if its linker has said whose they are, and rare code apart.
/// `wasm-bindgen` then reads that copy; what was decided is for [`finish`].
pub(crate) fn begin(mut args: Vec<String>) -> Done<(Vec<String>, Begun)> {
    let Some(input) = args.iter_mut().skip(1).find(|arg| arg.ends_with(".wasm") && Path::new(arg).is_file()) else {
        return Ok((args, Begun::default()));
    };
    let module = std::fs::read(&*input).map_err(|why| format!("{input}: {why}"))?;
    let (list, rare) = if counting() { Default::default() } else { lists() };
    let choose = |module: &walrus::Module| {
        let later = list.of(module);
        let rare = rare::ranges(module, &rare, &|name| !later.contains(name));
        Chosen { later, rare }
    };
    let Some(Sorted { mut module, cut, later }) = constants::sorted(&module, &choose)? else { return Ok((args, Begun::default())) };
    if !rare.is_empty() {
        let mut whole = linked::parsed(&module)?;
        rare::apart(&mut whole, &rare, &|name| !later.contains(name))?;
        module = whole.emit_wasm();
    }
    let folder = named().join("linked");
    let copy = folder.join(Path::new(&*input).file_name().unwrap_or_default());
    std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&copy, module)).map_err(|why| format!("{}: {why}", copy.display()))?;
    *input = copy.to_string_lossy().into_owned();
    Ok((args, Begun { cut: Some(cut), later: Some(later) }))
}

/// What comes later: whole functions, and what did not run of others.
fn lists() -> (Later, Rare) {
    let read = |name: &str| std::fs::read_to_string(root().join("web").join(name)).unwrap_or_default();
    (Later::read(&read("later.txt")), Rare::read(&read("rare.txt")))
}

/// Whether the module is to count what runs.
fn counting() -> bool {
    std::env::var_os(later::COUNT).is_some()
}

/// After `wasm-bindgen` has run with these arguments for the page: keeps the module it wrote, takes it apart, and takes the names out of what is published.
///
/// A module without names is left as it is; what is not built by trunk, the npm package, stays whole.
pub(crate) fn finish(args: &[String], begun: Begun) -> Done {
    let value = |key: &str| {
        let spelled = format!("{key}=");
        let at = args.iter().position(|arg| arg == key || arg.starts_with(&spelled))?;
        args[at].strip_prefix(&spelled).map(str::to_owned).or_else(|| args.get(at + 1).cloned())
    };
    let (Some(folder), Some(name)) = (value("--out-dir"), value("--out-name")) else { return Ok(()) };
    let folder = Path::new(&folder);
    let file = folder.join(format!("{name}_bg.wasm"));
    let Ok(module) = std::fs::read(&file) else { return Ok(()) };
    let bare = without_names(&module)?;
    let put = |path: &Path, bytes: &[u8]| std::fs::write(path, bytes).map_err(|why| format!("{}: {why}", path.display()));
    let by_trunk = folder.parent().is_some_and(|parent| parent.ends_with("wasm-bindgen"));
    if bare.len() == module.len() || !by_trunk {
        return put(&file, &bare);
    }
    std::fs::create_dir_all(named()).map_err(|why| format!("{}: {why}", named().display()))?;
    std::fs::remove_file(later::waiting()).ok();
    if counting() {
        let (module, places) = later::counting(&module)?;
        put(&named().join("places.txt"), places.as_bytes())?;
        return put(&file, &without_names(&module)?);
    }
    let copy = |part: &str| named().join(format!("{name}{part}.wasm"));
    let chosen = begun.later.map_or_else(|| Ok(lists().0.of(&linked::parsed(&module)?)), Done::Ok)?;
    let Some(Parts { first, later }) = later::split(&module, &chosen, begun.cut.as_ref())? else {
        std::fs::remove_file(copy("-later")).ok();
        put(&copy(""), &module)?;
        return put(&file, &bare);
    };
    put(&copy(""), &first)?;
    put(&copy("-later"), &later)?;
    let glue = folder.join(format!("{name}.js"));
    let text = std::fs::read_to_string(&glue).map_err(|why| format!("{}: {why}", glue.display()))?;
    let (text, names) = tight::short(&later::with_need(&text)?, &first)?;
    let Tight { first: small, later, was } = tight::both(&without_names(&first)?, &without_names(&later)?, &names)?;
    let (functions, _) = function_names(&first)?;
    let known = was.iter().map(|old| functions.get(old).map_or(String::new(), |name| linked::plain(name)));
    put(&named().join("functions.txt"), known.collect::<Vec<_>>().join("\n").as_bytes())?;
    put(&later::waiting(), &later)?;
    put(&file, &small)?;
    put(&glue, tight::bare(&text)?.as_bytes())
}

/// The module without its custom sections: names, producers, features.
fn without_names(module: &[u8]) -> Done<Vec<u8>> {
    let mut bare = module.get(..8).ok_or("no wasm module")?.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|why| why.to_string())?;
        if let Some((id, range)) = payload.as_section()
            && id != 0
        {
            section(&mut bare, id, &module[range]);
        }
    }
    Ok(bare)
}

/// A room of the module.
#[derive(Default, Debug)]
struct Room {
    /// How many, for tests that look whether all are there.
    functions: usize,
    bytes: Vec<u8>,
}

/// The names of a module's functions by their numbers, and how many are imported.
fn function_names(module: &[u8]) -> Done<(BTreeMap<usize, &str>, usize)> {
    let (mut imported, mut names) = (0, BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(|why| why.to_string())? {
            Payload::ImportSection(imports) => {
                imported = imports.into_imports().flatten().filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_))).count();
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(all) = section.as_known() else { continue };
                for one in all.into_iter().flatten() {
                    let Name::Function(map) = one else { continue };
                    names.extend(map.into_iter().flatten().map(|naming| (naming.index as usize, naming.name)));
                }
            }
            _ => {}
        }
    }
    Ok((names, imported))
}

/// The functions of a module by their rooms, and its other sections.
fn rooms(module: &[u8]) -> Done<BTreeMap<String, Room>> {
    let (names, imported) = function_names(module)?;
    let mut bodies = Vec::new();
    let mut rooms: BTreeMap<String, Room> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(|why| why.to_string())?;
        match &payload {
            Payload::CodeSectionEntry(body) => bodies.push(body.range()),
            Payload::CustomSection(_) => continue,
            _ => {}
        }
        if let Some((id, range)) = payload.as_section()
            && id != 10
        {
            let name = if id == 11 { "data: texts and tables" } else { "types, imports, exports" };
            rooms.entry(name.to_owned()).or_default().bytes.extend_from_slice(&module[range]);
        }
    }
    for (at, range) in bodies.into_iter().enumerate() {
        let room = rooms.entry(room_of(names.get(&(imported + at)).copied().unwrap_or_default())).or_default();
        room.functions += 1;
        room.bytes.extend_from_slice(&module[range]);
    }
    Ok(rooms)
}

/// Crates that stand for one subject. The first that a function's name begins with decides.
const CRATES: [(&str, &str); 27] = [
    ("core::slice::sort", "std: sorts"),
    ("alloc::slice::stable_sort", "std: sorts"),
    ("alloc::slice::insert_head", "std: sorts"),
    ("alloc::collections::btree", "std: maps"),
    ("core::num::flt2dec", "std: numbers as text"),
    ("core::num::dec2flt", "std: numbers as text"),
    ("core::num::bignum", "std: numbers as text"),
    ("core::fmt", "std: formatting"),
    ("core::str", "std: the rest"),
    ("alloc::", "std: the rest"),
    ("core::", "std: the rest"),
    ("std::", "std: the rest"),
    ("dlmalloc", "std: the rest"),
    ("compiler_builtins", "std: the rest"),
    ("__rust", "std: the rest"),
    ("yew", "Yew and glue"),
    ("gloo", "Yew and glue"),
    ("wasm_bindgen", "Yew and glue"),
    ("__wbindgen", "Yew and glue"),
    ("__wbg", "Yew and glue"),
    ("js_sys", "Yew and glue"),
    ("web_sys", "Yew and glue"),
    ("slab", "Yew and glue"),
    ("implicit_clone", "Yew and glue"),
    ("futures", "Yew and glue"),
    ("tokise", "Yew and glue"),
    ("indexmap", "Yew and glue"),
];

/// The room of the function with this name. Code that the standard library makes for a type of ours is that type's, apart from sorts and maps.
pub(crate) fn room_of(name: &str) -> String {
    let plain = plain(name);
    let head = plain.trim_start_matches(['<', '&', '(', '[', '*']);
    let std = CRATES.iter().find(|(start, _)| head.starts_with(start) || plain.contains(&format!("<{start}"))).map(|(_, room)| *room);
    if let Some(room @ ("std: sorts" | "std: maps")) = std {
        return room.to_owned();
    }
    if head.starts_with("core::slice::sort") || plain.contains("::sort::stable::") || plain.contains("::sort::unstable::") {
        return "std: sorts".to_owned();
    }
    let ours = ["resync_core::", "resync_js::", "resync_web::", "resync_lessons::"];
    if let Some((at, owner)) = ours.iter().filter_map(|owner| Some((plain.find(owner)?, *owner))).min() {
        let path = &plain[at + owner.len()..];
        let room = path.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        return match (owner, room) {
            ("resync_core::", room) => format!("core: {room}"),
            ("resync_js::", "api" | "plain") => "desk: window.resync".to_owned(),
            ("resync_js::", _) => "desk".to_owned(),
            ("resync_lessons::", _) | ("resync_web::", "lessons") => "page: lessons".to_owned(),
            (_, "panels") => {
                let panel = path
                    .split("::")
                    .nth(1)
                    .unwrap_or_default()
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default();
                format!("panel: {panel}")
            }
            (_, "i18n") => "page: words".to_owned(),
            (_, "draw") => "page: draw".to_owned(),
            _ => "page: the rest".to_owned(),
        };
    }
    std.unwrap_or(if plain.is_empty() { "no name" } else { "other crates" }).to_owned()
}

/// Which part of the page a file of `dist/` belongs to: the first load, or what comes later.
fn storey(name: &str) -> usize {
    usize::from(name.starts_with("later-") && name.ends_with(".wasm") || name.starts_with("panels-"))
}

/// A line of the report: what, and for the first load and for what comes later the bytes as they are and after brotli.
#[derive(Default)]
struct Share {
    name: String,
    raw: [usize; 2],
    squeezed: [f64; 2],
}

/// The files of `dist/` by kind, and their sum.
fn by_kind() -> Done<Vec<Share>> {
    let dist = root().join("dist");
    let mut shares = Vec::new();
    let mut whole = Share { name: "all of it".to_owned(), ..Share::default() };
    for ending in ["html", "css", "js", "wasm"] {
        let mut share = Share { name: format!("*.{ending}"), ..Share::default() };
        for entry in std::fs::read_dir(&dist).map_err(|why| format!("{}: {why}", dist.display()))?.flatten() {
            if entry.path().extension().is_some_and(|it| it == ending) && !entry.file_name().to_string_lossy().starts_with("plain-") {
                let at = storey(&entry.file_name().to_string_lossy());
                let bytes = std::fs::read(entry.path()).map_err(|why| why.to_string())?;
                share.raw[at] += bytes.len();
                share.squeezed[at] += pressed::brotli(&bytes).len() as f64;
            }
        }
        for at in 0..2 {
            whole.raw[at] += share.raw[at];
            whole.squeezed[at] += share.squeezed[at];
        }
        shares.push(share);
    }
    shares.push(whole);
    Ok(shares)
}

/// The rooms of both parts of the module, largest first. What `wasm` came to after brotli is shared out among them.
fn by_room(wasm: [f64; 2]) -> Done<Vec<Share>> {
    let mut shares: BTreeMap<String, Share> = BTreeMap::new();
    for (at, file) in ["resync.wasm", "resync-later.wasm"].into_iter().enumerate() {
        let copy = named().join(file);
        let module = match std::fs::read(&copy) {
            Ok(module) => module,
            Err(_) if at == 1 => continue,
            Err(why) => return Err(format!("{}: {why}; `cargo xtask build` writes it", copy.display())),
        };
        let alone: Vec<(String, Room, f64)> = rooms(&module)?
            .into_iter()
            .map(|(name, room)| {
                let size = pressed::quick(&room.bytes).len() as f64;
                (name, room, size)
            })
            .collect();
        let sum: f64 = alone.iter().map(|(.., size)| size).sum();
        for (name, room, size) in alone {
            let share = shares.entry(name.clone()).or_insert_with(|| Share { name, ..Share::default() });
            share.raw[at] = room.bytes.len();
            share.squeezed[at] = size * wasm[at] / sum.max(1.0);
        }
    }
    let mut shares: Vec<Share> = shares.into_values().collect();
    shares.sort_by(|a, b| (b.squeezed[0] + b.squeezed[1]).total_cmp(&(a.squeezed[0] + a.squeezed[1])));
    Ok(shares)
}

/// `cargo xtask rooms`, and a part of `cargo xtask bench`.
pub(crate) fn print() -> Done {
    let kinds = by_kind()?;
    let wasm = kinds.iter().find(|share| share.name == "*.wasm").map_or([0.0; 2], |share| share.squeezed);
    println!("\n{:<40} {:>21} {:>21}", "the page", "first load", "later");
    println!("{:<40} {:>10} {:>10} {:>10} {:>10}", "", "KB", "brotli", "KB", "brotli");
    for Share { name, raw, squeezed } in kinds.into_iter().chain(by_room(wasm)?) {
        let kb = |value: f64| if value > 0.0 { format!("{:.1}", value / 1000.0) } else { String::new() };
        println!("{name:<40} {:>10} {:>10} {:>10} {:>10}", kb(raw[0] as f64), kb(squeezed[0]), kb(raw[1] as f64), kb(squeezed[1]));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{room_of, rooms, without_names};

    #[test]
    fn a_name_belongs_to_the_room_whose_type_it_is_about() {
        for (name, room) in [
            ("resync_core::node::handle::h0123456789abcdef", "core: node"),
            ("<resync_core::sim::Sim as core::clone::Clone>::clone", "core: sim"),
            ("core::ptr::drop_in_place<resync_core::view::Screen>", "core: view"),
            ("resync_core[0123456789abcdef]::repl::psync", "core: repl"),
            ("core::slice::sort::stable::driftsort_main<resync_core::view::Packet>", "std: sorts"),
            ("alloc::collections::btree::map::BTreeMap<K,V,A>::insert", "std: maps"),
            ("<alloc::collections::btree::map::BTreeMap<u32, resync_core::sim::X>>::insert", "std: maps"),
            ("resync_web::panels::stage::card::card", "panel: stage"),
            ("<resync_web::panels::lag::Lag as yew::html::component::BaseComponent>::view", "panel: lag"),
            ("yew::virtual_dom::vlist::VList::new", "Yew and glue"),
            ("resync_js::share::decode", "desk"),
            ("core::fmt::Formatter::pad", "std: formatting"),
            ("<&T as core::fmt::Debug>::fmt", "other crates"),
            ("bytes::bytes::Bytes::slice", "other crates"),
            ("", "no name"),
        ] {
            assert_eq!(room_of(name), room, "{name}");
        }
    }

    /// A module with one function `f` that does nothing, its name, and a section of producers.
    const MODULE: [u8; 47] = [
        0, b'a', b's', b'm', 1, 0, 0, 0, // the head
        1, 4, 1, 0x60, 0, 0, // one type
        3, 2, 1, 0, // one function of it
        10, 4, 1, 2, 0, 0x0b, // its body
        0, 11, 4, b'n', b'a', b'm', b'e', 1, 4, 1, 0, 1, b'f', // its name
        0, 8, 3, b'a', b'b', b'c', 1, 2, 3, 4,
    ];

    #[test]
    fn custom_sections_go_and_everything_else_stays_byte_for_byte() {
        let bare = without_names(&MODULE).expect("a module");
        assert_eq!(bare, MODULE[..24]);
        assert_eq!(without_names(&bare).expect("a module"), bare);
        assert!(without_names(&MODULE[..6]).is_err() && without_names(&MODULE[..30]).is_err());
    }

    #[test]
    fn every_byte_of_code_is_in_a_room() {
        let rooms = rooms(&MODULE).expect("a module");
        let other = rooms.get("other crates").expect("`f` is nobody's");
        assert_eq!((other.functions, other.bytes.as_slice()), (1, &MODULE[22..24]));
    }
}

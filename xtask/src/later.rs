//! The module in two parts: what the first picture needs, and what comes *later*.
//!
//! Functions that `web/later.txt` names are taken out of the module into a second one, which uses the memory, the table and the functions of the first. In the
//! first part a function of the second is a *stub*: it sees to it that the second part is there and goes on in it through the table. Nothing in the sources
//! knows of it, and no answer depends on it: a stub that is met before its part is there waits (`web/later.js`), and simulated time with it.
//!
//! `cargo xtask later` writes the list: it counts, in a browser, which functions the page runs in its first seconds and a busy world again and again.

use crate::constants::Cut;
use crate::linked::{numberless, parsed, plain};
use crate::rare;
use crate::shell::{Done, target};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use walrus::ir::{Call, Instr, InstrSeqId, UnaryOp, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId, FunctionKind, GlobalKind, ImportedFunction,
    Module, TableId, ValType, ir,
};

/// In the environment of a build: count which functions run, instead of splitting.
pub(crate) const COUNT: &str = "RESYNC_COUNT";
/// The import by which a stub asks for the second part; `wasm-bindgen`'s module gets it from [`with_need`].
pub(crate) const NEED: &str = "__resync_need";
/// How the JavaScript asks `web/later.js` for it.
pub(crate) const ASKS: &str = "window.resyncLater.need";
/// The memory in which a counting module notes what ran.
const RAN: &str = "ran";

/// Where the second part waits for the seal to bring it into `dist/`.
pub(crate) fn waiting() -> PathBuf {
    target().join("rooms/later.wasm")
}

/// The module of the sources that a function is of: `resync_core::node::psync` for anything in that file. Nothing for code that is not ours.
fn home(name: &str) -> Option<&str> {
    let from = name.find("resync_")?;
    let path = &name[from..];
    let mut end = 0;
    for (at, part) in path.match_indices("::").map(|(at, _)| at).chain([path.len()]).scan(0, |from, at| {
        let part = (at, &path[*from..at]);
        *from = at + 2;
        Some(part)
    }) {
        let plain = part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        // The last part is the function itself.
        if !plain || at >= path.len() {
            break;
        }
        end = at;
    }
    (end > 0).then(|| &path[..end])
}

/// A name as the list has it: a long one, of something generic, is its beginning and the hash of all of it.
fn short(name: &str) -> String {
    match name.char_indices().nth(96) {
        Some((cut, _)) if name.len() > 112 => format!("{}…{:016x}", &name[..cut], crate::shell::hash(name.as_bytes())),
        _ => name.to_owned(),
    }
}

/// Which functions come later.
#[derive(Default)]
pub(crate) struct Later {
    homes: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Later {
    /// Reads the list: a name a line, or `path::*` for everything in a file of the sources.
    pub(crate) fn read(text: &str) -> Later {
        let mut later = Later::default();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            match line.strip_suffix("::*") {
                Some(home) => later.homes.insert(home.to_owned()),
                None => later.names.insert(line.to_owned()),
            };
        }
        later
    }
    /// Whether a function of this name and key comes later.
    pub(crate) fn has(&self, name: &str, key: u64) -> bool {
        let name = plain(name);
        self.names.contains(&listed(&name, key)) || home(&name).is_some_and(|home| self.homes.contains(home))
    }
    /// The names of the functions of a module that come later.
    pub(crate) fn of(&self, module: &Module) -> BTreeSet<String> {
        let named = module.funcs.iter_local().filter_map(|(id, local)| Some((module.funcs.get(id).name.as_deref()?, local)));
        named.filter(|(name, local)| self.has(name, rare::key(name, local))).map(|(name, _)| name.to_owned()).collect()
    }
    /// The list of the functions that did not run, each with its key. What has several instances comes later only if none of them ran.
    pub(crate) fn written(functions: &[(String, u64, bool)]) -> String {
        let (mut homes, mut names): (BTreeMap<String, bool>, BTreeMap<String, bool>) = Default::default();
        for (name, key, ran) in functions.iter().filter(|(name, ..)| !name.is_empty()) {
            let name = plain(name);
            *names.entry(listed(&name, *key)).or_default() |= *ran;
            if let Some(home) = home(&name) {
                *homes.entry(home.to_owned()).or_default() |= *ran;
            }
        }
        let mut text = String::from(
            "# Written by `cargo xtask later`: functions that the page does not run in its first seconds, nor a busy world again and again.\n",
        );
        let cold_home = |home: &str| homes.get(home) == Some(&false);
        for (home, _) in homes.iter().filter(|(_, ran)| !**ran) {
            text.push_str(&format!("{home}::*\n"));
        }
        for (name, _) in names.iter().filter(|(name, ran)| !**ran && !home(name).is_some_and(cold_home)) {
            text.push_str(&format!("{name}\n"));
        }
        text
    }
}

/// A function as the list has it: its name, or for a closure its name without numbers and its key. Which closure is meant its code says, not its number: one that
/// is new or has changed is in no list.
fn listed(name: &str, key: u64) -> String {
    let numberless = numberless(name);
    if numberless == name { short(name) } else { format!("{} {key:016x}", short(&numberless)) }
}

/// Functions that code calls.
#[derive(Default)]
struct Called(BTreeSet<FunctionId>);
impl Visitor<'_> for Called {
    fn visit_call(&mut self, call: &Call) {
        self.0.insert(call.func);
    }
    fn visit_ref_func(&mut self, named: &ir::RefFunc) {
        self.0.insert(named.func);
    }
}

/// What a module's functions call, for those that `of` takes.
fn called(module: &Module, of: impl Fn(FunctionId) -> bool) -> BTreeSet<FunctionId> {
    let mut all = Called::default();
    for (id, local) in module.funcs.iter_local().filter(|(id, _)| of(*id)) {
        let _ = id;
        dfs_in_order(&mut all, local, local.entry_block());
    }
    all.0
}

/// The slots of the table that functions are in.
fn slots(module: &Module) -> Done<(TableId, BTreeMap<FunctionId, Vec<u32>>)> {
    let mut table = None;
    let mut slots: BTreeMap<FunctionId, Vec<u32>> = BTreeMap::new();
    for element in module.elements.iter() {
        let (ElementKind::Active { table: of, offset }, ElementItems::Functions(items)) = (&element.kind, &element.items) else { continue };
        let ConstExpr::Value(ir::Value::I32(from)) = offset else { return Err("a table whose place is not known".into()) };
        table = Some(*of);
        for (at, function) in items.iter().enumerate() {
            slots.entry(*function).or_default().push(*from as u32 + at as u32);
        }
    }
    Ok((table.ok_or("a module without a table of functions")?, slots))
}

/// Both parts.
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) later: Vec<u8>,
}

/// Takes the functions of these names, and what is rare in others, out of the module. `None` if there are none.
pub(crate) fn split(module: &[u8], later: &BTreeSet<String>, cut: Option<&Cut>) -> Done<Option<Parts>> {
    let mut first = parsed(module)?;
    let start = first.start;
    let moves = |name: &str| later.contains(name) || name.ends_with(rare::RARE);
    let moved: BTreeSet<FunctionId> = first
        .funcs
        .iter_local()
        .filter(|(id, _)| Some(*id) != start && first.funcs.get(*id).name.as_deref().is_some_and(moves))
        .map(|(id, _)| id)
        .collect();
    if moved.is_empty() {
        return Ok(None);
    }
    let (table, slots) = slots(&first)?;
    let exported: BTreeSet<FunctionId> =
        first.exports.iter().filter_map(|export| if let ExportItem::Function(id) = export.item { Some(id) } else { None }).collect();
    let wanted = called(&first, |id| !moved.contains(&id));
    let used = called(&first, |id| moved.contains(&id));

    // The place in the table of everything that the first part can reach in the second.
    let mut next = u32::try_from(first.tables.get(table).initial).map_err(|why| why.to_string())?;
    let mut places: BTreeMap<u32, FunctionId> = BTreeMap::new();
    let mut stubs: Vec<(FunctionId, u32)> = Vec::new();
    for id in &moved {
        let own = slots.get(id);
        for slot in own.into_iter().flatten() {
            places.insert(*slot, *id);
        }
        match own.and_then(|own| own.first()) {
            Some(slot) => stubs.push((*id, *slot)),
            None if wanted.contains(id) || exported.contains(id) => {
                places.insert(next, *id);
                stubs.push((*id, next));
                next += 1;
            }
            None => {}
        }
    }
    let room = first.tables.get_mut(table);
    room.initial = u64::from(next);
    room.maximum = room.maximum.map(|most| most.max(u64::from(next)));

    // Both parts say the same name, or they do not fit: a page never runs with another page's second part.
    let key = format!("later-{:016x}", crate::shell::hash(module));
    let constants = cut.map_or(Ok(Vec::new()), |cut| cut_off(&mut first, cut))?;
    let second = second(module, &key, &moved, &used, &places, next, &constants)?;
    stubbed(&mut first, &key, table, &moved, &stubs)?;
    for (name, id) in &second.functions {
        first.exports.add(name, *id);
    }
    let globals: Vec<_> = first.globals.iter().map(walrus::Global::id).collect();
    for (at, id) in globals.into_iter().enumerate() {
        first.exports.add(&format!("g{at}"), id);
    }
    let tables: Vec<_> = first.tables.iter().map(walrus::Table::id).collect();
    for (at, id) in tables.into_iter().enumerate() {
        first.exports.add(&format!("t{at}"), id);
    }
    walrus::passes::gc::run(&mut first);
    if let Some(cut) = cut {
        cut.holds(&first)?;
    }
    Ok(Some(Parts { first: first.emit_wasm(), later: second.module }))
}

/// Takes the constants behind the cut out of the module, and returns them with their addresses.
fn cut_off(module: &mut Module, cut: &Cut) -> Done<Vec<(u32, Vec<u8>)>> {
    if cut.later.is_empty() {
        return Ok(Vec::new());
    }
    let mut taken = Vec::new();
    for id in module.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        let data = module.data.get_mut(id);
        let DataKind::Active { offset: ConstExpr::Value(ir::Value::I32(from)), .. } = data.kind else { continue };
        let from = from as u32;
        if (from..from + data.value.len() as u32).contains(&cut.later.start) {
            taken.push((cut.later.start, data.value.split_off((cut.later.start - from) as usize)));
        }
    }
    match taken.as_slice() {
        [(from, bytes)] if from + bytes.len() as u32 == cut.later.end => Ok(taken),
        _ => Err("the constants do not lie where they were put".into()),
    }
}

/// The first part: a stub in place of everything that was moved. Where only a call or two want it, what a stub does stands there instead.
fn stubbed(first: &mut Module, key: &str, table: TableId, moved: &BTreeSet<FunctionId>, stubs: &[(FunctionId, u32)]) -> Done {
    let glue = first.imports.iter().next().map(|import| import.module.clone()).ok_or("a module that imports nothing")?;
    let nothing = first.types.add(&[], &[]);
    let (need, _) = first.add_import_func(&glue, NEED, nothing);
    let here = first.globals.add_local(ValType::I32, true, false, ConstExpr::Value(ir::Value::I32(0)));
    first.exports.add(key, here);
    let mut ready = FunctionBuilder::new(&mut first.types, &[], &[]);
    ready.func_body().global_get(here).unop(UnaryOp::I32Eqz).if_else(
        None,
        |then| {
            then.call(need);
        },
        |_| {},
    );
    let ready = ready.finish(Vec::new(), &mut first.funcs);
    let slots: BTreeMap<FunctionId, u32> = stubs.iter().copied().collect();
    let there = |id: FunctionId, ty| {
        let slot = ir::Value::I32(slots[&id] as i32);
        [Instr::Call(Call { func: ready }), Instr::Const(ir::Const { value: slot }), Instr::CallIndirect(ir::CallIndirect { ty, table })]
    };
    for (function, seq, at, id) in seldom_called(first, moved) {
        let ty = first.funcs.get(id).ty();
        let FunctionKind::Local(local) = &mut first.funcs.get_mut(function).kind else { continue };
        let loc = Default::default();
        local.block_mut(seq).instrs.splice(at..=at, there(id, ty).map(|instr| (instr, loc)));
    }
    for id in moved {
        let ty = first.funcs.get(*id).ty();
        let (params, results) = (first.types.get(ty).params().to_vec(), first.types.get(ty).results().to_vec());
        let mut stub = FunctionBuilder::new(&mut first.types, &params, &results);
        let args: Vec<_> = params.iter().map(|param| first.locals.add(*param)).collect();
        let mut body = stub.func_body();
        if slots.contains_key(id) {
            for arg in &args {
                body.local_get(*arg);
            }
            for instr in there(*id, ty) {
                body.instr(instr);
            }
        } else {
            // Nobody here calls it; it goes with the next sweep.
            body.unreachable();
        }
        first.funcs.get_mut(*id).kind = FunctionKind::Local(stub.local_func(args));
    }
    Ok(())
}

/// Calls of what was moved: in which function and sequence, where, and of what. Only of what is called twice at most; of each sequence the last first.
fn seldom_called(first: &Module, moved: &BTreeSet<FunctionId>) -> Vec<(FunctionId, InstrSeqId, usize, FunctionId)> {
    struct Calls<'a>(FunctionId, &'a BTreeSet<FunctionId>, Vec<(FunctionId, InstrSeqId, usize, FunctionId)>);
    impl<'a> Visitor<'a> for Calls<'_> {
        fn start_instr_seq(&mut self, seq: &'a ir::InstrSeq) {
            for (at, (instr, _)) in seq.instrs.iter().enumerate().rev() {
                match instr {
                    Instr::Call(Call { func }) if self.1.contains(func) => self.2.push((self.0, seq.id(), at, *func)),
                    _ => {}
                }
            }
        }
    }
    let mut calls = Vec::new();
    for (id, local) in first.funcs.iter_local().filter(|(id, _)| !moved.contains(id)) {
        let mut here = Calls(id, moved, Vec::new());
        dfs_in_order(&mut here, local, local.entry_block());
        calls.extend(here.2);
    }
    let mut times: BTreeMap<FunctionId, usize> = BTreeMap::new();
    for (.., id) in &calls {
        *times.entry(*id).or_default() += 1;
    }
    calls.retain(|(.., id)| times[id] <= 2);
    calls
}

/// The second part, and what it wants of the first: functions by the names under which it imports them.
struct Second {
    module: Vec<u8>,
    functions: Vec<(String, FunctionId)>,
}

/// The module again, with everything imported but what was moved. Ids are given in the order of the file, so they are those of the first reading.
fn second(
    module: &[u8],
    key: &str,
    moved: &BTreeSet<FunctionId>,
    used: &BTreeSet<FunctionId>,
    places: &BTreeMap<u32, FunctionId>,
    size: u32,
    constants: &[(u32, Vec<u8>)],
) -> Done<Second> {
    let mut second = parsed(module)?;
    // Ids of different readings are not equal: they carry the reading's number. Their places in the file are.
    let own: BTreeMap<usize, FunctionId> = second.funcs.iter().map(|function| (function.id().index(), function.id())).collect();
    let own = |id: &FunctionId| own[&id.index()];
    second.start = None;
    for id in second.exports.iter().map(walrus::Export::id).collect::<Vec<_>>() {
        second.exports.delete(id);
    }
    for id in second.data.iter().map(walrus::Data::id).collect::<Vec<_>>() {
        second.data.delete(id);
    }
    for id in second.elements.iter().map(walrus::Element::id).collect::<Vec<_>>() {
        second.elements.delete(id);
    }
    let mut functions = Vec::new();
    for id in used.iter().filter(|id| !moved.contains(id)) {
        let name = functions.len().to_string();
        let (here, ty) = (own(id), second.funcs.get(own(id)).ty());
        if let FunctionKind::Import(import) = &second.funcs.get(here).kind {
            let import = second.imports.get_mut(import.import);
            (import.module, import.name) = (String::new(), name.clone());
        } else {
            let import = second.imports.add("", &name, here);
            second.funcs.get_mut(here).kind = FunctionKind::Import(ImportedFunction { import, ty });
        }
        functions.push((name, *id));
    }
    for (at, id) in second.globals.iter().map(walrus::Global::id).collect::<Vec<_>>().into_iter().enumerate() {
        let import = second.imports.add("", &format!("g{at}"), id);
        second.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
    let (table, _) = (second.tables.main_function_table().map_err(|why| why.to_string())?, ());
    for (at, id) in second.tables.iter().map(walrus::Table::id).collect::<Vec<_>>().into_iter().enumerate() {
        let import = second.imports.add("", &format!("t{at}"), id);
        let room = second.tables.get_mut(id);
        room.import = Some(import);
        room.elem_segments.clear();
        if Some(id) == table {
            room.initial = u64::from(size);
            room.maximum = room.maximum.map(|most| most.max(u64::from(size)));
        }
    }
    for id in second.memories.iter().map(walrus::Memory::id).collect::<Vec<_>>() {
        let import = second.imports.add(key, "memory", id);
        let memory = second.memories.get_mut(id);
        memory.import = Some(import);
        memory.data_segments.clear();
        for (from, bytes) in constants {
            let offset = ConstExpr::Value(ir::Value::I32(*from as i32));
            let data = second.data.add(DataKind::Active { memory: id, offset }, bytes.clone());
            second.memories.get_mut(id).data_segments.insert(data);
        }
    }
    let table = table.ok_or("a module without a table of functions")?;
    let mut places = places.iter().peekable();
    while let Some((from, id)) = places.next() {
        let mut row = vec![own(id)];
        while let Some((_, id)) = places.next_if(|(slot, _)| **slot == from + row.len() as u32) {
            row.push(own(id));
        }
        let offset = ConstExpr::Value(ir::Value::I32(*from as i32));
        let element = second.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(row));
        second.tables.get_mut(table).elem_segments.insert(element);
    }
    walrus::passes::gc::run(&mut second);
    Ok(Second { module: second.emit_wasm(), functions })
}

/// The module with a second memory, `ran`, of which a byte turns 1 as soon as one of the places is reached where a function can be entered; and the list of
/// them: of each function its key, how many places it has, and its name.
pub(crate) fn counting(module: &[u8]) -> Done<(Vec<u8>, String)> {
    let mut module = parsed(module)?;
    let functions: Vec<(FunctionId, String)> =
        module.funcs.iter_local().map(|(id, _)| (id, module.funcs.get(id).name.clone().unwrap_or_default())).collect();
    let (mut list, mut all) = (String::new(), 0);
    let memory = module.memories.add_local(false, false, 0, None, None);
    for (id, name) in functions {
        let FunctionKind::Local(local) = &mut module.funcs.get_mut(id).kind else { continue };
        let places = rare::places(local);
        list.push_str(&format!("{:016x} {} {name}\n", rare::key(&name, local), places.len()));
        let mut ordered: Vec<_> = places.into_iter().zip(all..).collect();
        all += ordered.len() as i32;
        // From the end of each sequence on, so that the others stay where they are.
        ordered.sort_by_key(|((seq, at), _)| (*seq, Reverse(*at)));
        for ((seq, at), number) in ordered {
            let value = |value| Instr::Const(ir::Const { value: ir::Value::I32(value) });
            let kind = ir::StoreKind::I32_8 { atomic: false };
            let store = ir::Store { memory, kind, arg: ir::MemArg { align: 1, offset: 0 } };
            local.builder_mut().instr_seq(seq).instr_at(at, value(number)).instr_at(at + 1, value(1)).instr_at(at + 2, store);
        }
    }
    module.memories.get_mut(memory).initial = u64::from(all as u32).div_ceil(1 << 16);
    module.exports.add(RAN, memory);
    Ok((module.emit_wasm(), list))
}

/// `wasm-bindgen`'s JavaScript with the import that the stubs use: it hands the module's exports to `web/later.js`, which brings the second part.
pub(crate) fn with_need(glue: &str) -> Done<String> {
    const HEAD: &str = "const import0 = {\n        __proto__: null,\n";
    let (before, after) =
        glue.split_once(HEAD).ok_or("this wasm-bindgen writes its imports otherwise: `later::with_need` knows 0.2.129")?;
    Ok(format!("{before}{HEAD}        {NEED}: function() {{ {ASKS}(wasm); }},\n{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `hot` is exported and calls `cold`, which calls `deep` and `helper`; `listed` is in the table alone, beside `hot`.
    fn module() -> Vec<u8> {
        let mut module = Module::default();
        let nothing = module.types.add(&[], &[]);
        let ty = module.types.add(&[ValType::I32], &[ValType::I32]);
        module.add_import_func("./glue.js", "alert", nothing);
        let memory = module.memories.add_local(false, false, 1, None, None);
        module.exports.add("memory", memory);
        let stack = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(ir::Value::I32(64)));
        let mut add = |name: &str, calls: &[FunctionId]| {
            let mut function = FunctionBuilder::new(&mut module.types, &[ValType::I32], &[ValType::I32]);
            function.name(name.into());
            let arg = module.locals.add(ValType::I32);
            let mut body = function.func_body();
            body.global_get(stack).drop().local_get(arg);
            for one in calls {
                body.call(*one);
            }
            function.finish(vec![arg], &mut module.funcs)
        };
        let helper = add("resync_core[0123456789abcdef]::a::helper", &[]);
        let deep = add("resync_core[0123456789abcdef]::b::deep", &[]);
        let cold = add("resync_core[0123456789abcdef]::b::cold", &[deep, helper]);
        let listed = add("<resync_core[0123456789abcdef]::c::List>::listed", &[]);
        let hot = add("resync_core[0123456789abcdef]::a::hot", &[cold]);
        module.exports.add("hot", hot);
        let table = module.tables.add_local(false, 3, Some(3), walrus::RefType::FUNCREF);
        let offset = ConstExpr::Value(ir::Value::I32(1));
        let element = module.elements.add(ElementKind::Active { table, offset }, ElementItems::Functions(vec![hot, listed]));
        module.tables.get_mut(table).elem_segments.insert(element);
        let _ = ty;
        module.emit_wasm()
    }

    fn names(module: &Module) -> Vec<String> {
        module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.as_deref().map(plain)).collect()
    }

    #[test]
    fn the_first_part_keeps_stubs_and_the_second_uses_what_the_first_has() {
        let later = Later::read("# a list\nresync_core::b::*\n<resync_core::c::List>::listed\n");
        let later = later.of(&parsed(&module()).expect("a module"));
        let parts = split(&module(), &later, None).expect("a module").expect("something comes later");
        let (first, second) = (parsed(&parts.first).expect("a module"), parsed(&parts.later).expect("a module"));
        let mut ours = names(&first);
        ours.sort();
        let stubs = ["<resync_core::c::List>::listed", "resync_core::a::helper", "resync_core::a::hot"];
        assert_eq!(ours, stubs, "`deep` is only reached by what has gone, and `cold` is called in one place");
        let mut theirs = names(&second);
        theirs.sort();
        assert_eq!(theirs, ["<resync_core::c::List>::listed", "resync_core::b::cold", "resync_core::b::deep"]);
        assert!(first.imports.find("./glue.js", NEED).is_some(), "the stubs ask for it");

        // Both know the key, and everything that the second part wants is there under its name.
        let key = first.exports.iter().map(|export| export.name.clone()).find(|name| name.starts_with("later-")).expect("a key");
        for import in second.imports.iter() {
            assert_eq!(import.module, if import.name == "memory" { key.as_str() } else { "" });
            assert!(first.exports.iter().any(|export| export.name == import.name), "{}", import.name);
        }
        // `listed` keeps its place in the table, `cold` gets one behind all others.
        let places: Vec<(i32, usize)> = second
            .elements
            .iter()
            .filter_map(|element| match (&element.kind, &element.items) {
                (ElementKind::Active { offset: ConstExpr::Value(ir::Value::I32(at)), .. }, ElementItems::Functions(row)) => {
                    Some((*at, row.len()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(places, [(2, 2)]);
        for part in [&first, &second] {
            assert_eq!(part.tables.iter().map(|table| (table.initial, table.maximum)).collect::<Vec<_>>(), [(4, Some(4))]);
        }
        assert!(split(&module(), &BTreeSet::new(), None).expect("a module").is_none());
    }

    #[test]
    fn a_counting_module_has_a_byte_for_every_place() {
        let (module, places) = counting(&module()).expect("a module");
        let counting = parsed(&module).expect("a module");
        assert!(counting.exports.iter().any(|export| export.name == RAN && matches!(export.item, ExportItem::Memory(_))));
        let counted: Vec<&str> = places.lines().filter_map(|line| line.splitn(3, ' ').nth(2)).collect();
        assert_eq!(counted.len(), 5);
        assert!(counted.iter().any(|name| name.ends_with("::a::hot")), "{counted:?}");
        assert!(places.lines().all(|line| line.split(' ').nth(1) == Some("1")), "none of them branches: {places}");
    }

    #[test]
    fn what_did_not_run_is_listed_and_a_file_of_the_sources_at_once() {
        let ran = |name: &str, ran: bool| (name.to_owned(), 1, ran);
        let text = Later::written(&[
            ran("resync_core[0123456789abcdef]::a::hot", true),
            ran("resync_core[0123456789abcdef]::a::rare", false),
            ran("resync_core[0123456789abcdef]::b::one", false),
            ran("<resync_core[0123456789abcdef]::b::Two>::two", false),
            ran("core::twice", false),
            ran("core::twice", true),
            ran("", false),
        ]);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(lines, ["resync_core::b::*", "resync_core::a::rare"]);
        let long = format!("core::{}::f", "x".repeat(200));
        let later = Later::read(&Later::written(&[ran(&long, false)]));
        assert!(later.has(&long, 1) && !later.has(&long.replace("::f", "::g"), 1) && later.names.iter().all(|name| name.len() < 130));
        let later = Later::read(&text);
        assert!(later.has("resync_core[fedcba9876543210]::b::new_in_this_file", 1) && later.has("resync_core::a::rare", 2));
        assert!(!later.has("resync_core::a::hot", 1) && !later.has("core::twice", 1) && !later.has("resync_core::new::f", 1));
    }

    #[test]
    fn a_closure_is_known_by_its_code_and_not_by_its_number() {
        let closure = |number: usize, key: u64, ran: bool| (format!("resync_web::words::WORDS::{{closure#{number}}}"), key, ran);
        let text = Later::written(&[closure(0, 10, true), closure(1, 11, false), closure(2, 12, false), closure(3, 12, true)]);
        let later = Later::read(&text);
        // One has been written in front of all of them.
        let has = |number: usize, key: u64| later.has(&closure(number, key, false).0, key);
        assert_eq!((has(0, 7), has(1, 10), has(2, 11), has(3, 12), has(4, 12)), (false, false, true, false, false));
        assert_eq!(numberless("a::{closure#12}::{closure#0}::b"), "a::{closure}::{closure}::b");
    }

    #[test]
    fn names_lose_the_hashes_of_crates_alone() {
        assert_eq!(plain("<[u8] as core[0123456789abcdef]::fmt::Debug>::x"), "<[u8] as core::fmt::Debug>::x");
        assert_eq!(home("<resync_web::panels::ruler::Ruler as yew::X>::run::inner"), Some("resync_web::panels::ruler"));
        assert_eq!((home("resync_core::a::f"), home("core::str::f")), (Some("resync_core::a"), None));
    }

    #[test]
    fn the_import_of_the_stubs_goes_into_the_glue() {
        let glue = "function __wbg_get_imports() {\n    const import0 = {\n        __proto__: null,\n        a: b,\n    };\n}";
        let with = with_need(glue).expect("known");
        assert!(
            with.contains("__proto__: null,\n        __resync_need: function() { window.resyncLater.need(wasm); },\n        a: b"),
            "{with}"
        );
        assert!(with_need("const imports = {};").is_err());
    }
}

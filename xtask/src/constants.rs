//! Whose the constants are: texts and tables that only functions of the module's second part use come with that part.
//!
//! The page's module is linked with `--emit-relocs` (`web/build.rs`), so the linker says of each address in code and data which constant it means. Before
//! `wasm-bindgen` reads the module, [`sorted`] puts the constants that functions of the first part can reach in front and all others behind them, and changes the
//! addresses accordingly. What is reached is what a function that stays names, what the data that can be written names, and what those constants name in
//! turn; a table of functions in a constant needs no following, as a function that stays speaks for itself. [`crate::later::split`] then cuts behind the
//! former and holds the first part to it ([`Cut::holds`]): there is no address in it of anything that has gone.

use crate::linked::{self, Linked, bad, parsed};
use crate::shell::{Done, say};
use std::cmp::Reverse;
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use walrus::ir::{self, Visitor};
use wasmparser::{BinaryReader, FunctionBody, Operator};

/// The segment of constants, which nothing writes.
const CONSTANTS: &str = ".rodata";

/// A module whose constants are in order.
pub(crate) struct Sorted {
    pub(crate) module: Vec<u8>,
    pub(crate) cut: Cut,
    /// The functions that come later, by their names.
    pub(crate) later: BTreeSet<String>,
}

/// Where the constants lie that come later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) later: Range<u32>,
    /// Numbers of functions that stay which look like an address there and are none.
    pub(crate) numbers: BTreeSet<u32>,
}

impl Cut {
    /// That no function of the first part knows an address of what comes later.
    pub(crate) fn holds(&self, first: &walrus::Module) -> Done {
        for (id, local) in first.funcs.iter_local() {
            if let Some(address) = self.leads(local) {
                let name = first.funcs.get(id).name.clone().unwrap_or_default();
                return Err(format!("`{name}` is in the first part of the module and uses what comes later, at {address:#x}"));
            }
        }
        Ok(())
    }

    /// An address in a function of what comes later.
    pub(crate) fn leads(&self, function: &walrus::LocalFunction) -> Option<u32> {
        let mut addresses = Addresses { cut: self, found: None };
        ir::dfs_in_order(&mut addresses, function, function.entry_block());
        addresses.found
    }
}

/// Looks for addresses of what comes later.
struct Addresses<'a> {
    cut: &'a Cut,
    found: Option<u32>,
}

impl Addresses<'_> {
    fn offset(&mut self, arg: ir::MemArg) {
        let offset = u32::try_from(arg.offset).ok();
        self.found = offset.filter(|offset| self.cut.later.contains(offset)).or(self.found);
    }
}

impl Visitor<'_> for Addresses<'_> {
    fn visit_const(&mut self, instr: &ir::Const) {
        let ir::Value::I32(value) = instr.value else { return };
        let value = value as u32;
        if self.cut.later.contains(&value) && !self.cut.numbers.contains(&value) {
            self.found = Some(value);
        }
    }
    fn visit_load(&mut self, instr: &ir::Load) {
        self.offset(instr.arg);
    }
    fn visit_store(&mut self, instr: &ir::Store) {
        self.offset(instr.arg);
    }
}

/// A constant, or several of which one is the end of another: bytes that keep together.
struct Piece {
    bytes: Range<u32>,
    stays: bool,
    /// Where it lies in the end.
    to: u32,
}

/// What of a module comes later.
#[derive(Default)]
pub(crate) struct Chosen {
    /// Functions, by their names.
    pub(crate) later: BTreeSet<String>,
    /// Where in the file code of others is that comes later too.
    pub(crate) rare: Vec<Range<usize>>,
}

/// The module with its constants in order; `choose` says what comes later. `None` if the linker has not said what is what.
pub(crate) fn sorted(module: &[u8], choose: &dyn Fn(&walrus::Module) -> Chosen) -> Done<Option<Sorted>> {
    let Some(linked) = linked::read(module)? else { return Ok(None) };
    let Some(own) = linked.segments.iter().position(|segment| segment.name == CONSTANTS) else { return Ok(None) };
    let (base, bytes, align) = (linked.segments[own].base, linked.segments[own].bytes.clone(), linked.segments[own].align);
    let Chosen { later, rare } = choose(&whole(module, &linked)?);
    let stay: Vec<bool> = linked.functions.iter().map(|function| !later.contains(&function.name)).collect();
    let mut pieces = pieces(&linked, own);
    reached(&linked, own, &stay, &rare, &mut pieces);
    // The more runs may be overtaken the less is lost to alignment, and the less is left of the old order, which compresses best.
    let room = bytes.len() as u32;
    let Some(boundary) = [0, 128, 1_024, usize::MAX].into_iter().find_map(|ahead| laid(&mut pieces, align, ahead, room)) else {
        say("the constants do not fit into their place in another order: all of them stay in the first part");
        return Ok(Some(Sorted { module: linked::renamed(module, &linked)?, cut: Cut::default(), later }));
    };
    let mut cut = Cut { later: base + boundary..base + bytes.len() as u32, numbers: BTreeSet::new() };

    let mut out = module.to_vec();
    let mut written = BTreeSet::new();
    for address in &linked.addresses {
        let Some(piece) = of(&linked, own, address.symbol).map(|offset| &pieces[at(&pieces, offset)]) else { continue };
        let value = address.value.wrapping_sub(piece.bytes.start).wrapping_add(piece.to);
        linked::hold(&mut out, address.at, address.kind, value);
        written.insert(address.at);
        // The end of the last that stays is the beginning of what does not.
        if piece.stays && cut.later.contains(&value) {
            cut.numbers.insert(value);
        }
    }
    for (function, _) in linked.functions.iter().zip(&stay).filter(|(_, stays)| **stays) {
        let body = FunctionBody::new(BinaryReader::new(&module[function.bytes.clone()], function.bytes.start));
        for operator in body.get_operators_reader().map_err(bad)?.into_iter_with_offsets() {
            // The number stands behind one byte of the operator.
            if let (Operator::I32Const { value }, at) = operator.map_err(bad)?
                && cut.later.contains(&(value as u32))
                && !written.contains(&(at + 1))
            {
                cut.numbers.insert(value as u32);
            }
        }
    }
    let old = out[bytes.clone()].to_vec();
    let new = &mut out[bytes];
    new.fill(0);
    for piece in &pieces {
        let (from, to) = (piece.bytes.start as usize..piece.bytes.end as usize, piece.to as usize);
        new[to..to + from.len()].copy_from_slice(&old[from]);
    }
    Ok(Some(Sorted { module: linked::renamed(&out, &linked)?, cut, later }))
}

/// The module as it was read here, with the names that its functions are given.
fn whole(module: &[u8], linked: &Linked) -> Done<walrus::Module> {
    let mut whole = parsed(module)?;
    let ids: Vec<_> = whole.funcs.iter_local().map(|(id, _)| id).collect();
    for (id, function) in ids.into_iter().zip(&linked.functions) {
        whole.funcs.get_mut(id).name = Some(function.name.clone());
    }
    Ok(whole)
}

/// The constants of a segment, in the order in which they lie there.
fn pieces(linked: &Linked, own: usize) -> Vec<Piece> {
    let mut ranges: Vec<Range<u32>> =
        linked.symbols.iter().flatten().filter(|symbol| symbol.segment == own).map(|symbol| symbol.bytes.clone()).collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut pieces: Vec<Piece> = Vec::new();
    for range in ranges {
        match pieces.last_mut() {
            Some(last) if range.start < last.bytes.end => last.bytes.end = last.bytes.end.max(range.end),
            _ => pieces.push(Piece { bytes: range, stays: false, to: 0 }),
        }
    }
    pieces
}

/// The piece at a place of the segment: one of a symbol's.
fn at(pieces: &[Piece], offset: u32) -> usize {
    pieces.partition_point(|piece| piece.bytes.end <= offset)
}

/// Where a symbol lies in this segment, if it does.
fn of(linked: &Linked, own: usize, symbol: usize) -> Option<u32> {
    linked.symbols[symbol].as_ref().filter(|symbol| symbol.segment == own).map(|symbol| symbol.bytes.start)
}

/// Finds out which pieces stay: what is named by a function that stays or that nobody knows, by data that is written or by a global, what others may know, and
/// what these pieces name.
fn reached(linked: &Linked, own: usize, stay: &[bool], rare: &[Range<usize>], pieces: &mut [Piece]) {
    let segment = &linked.segments[own];
    let mut roots: Vec<usize> = Vec::new();
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for address in &linked.addresses {
        let Some(piece) = of(linked, own, address.symbol).map(|offset| at(pieces, offset)) else { continue };
        let function = linked.functions.partition_point(|function| function.bytes.end <= address.at);
        let within = linked.functions.get(function).is_some_and(|function| function.bytes.contains(&address.at));
        let seldom = rare.partition_point(|range| range.end <= address.at);
        if within && (!stay[function] || rare.get(seldom).is_some_and(|range| range.contains(&address.at))) {
            continue;
        }
        if segment.bytes.contains(&address.at) {
            edges.push((at(pieces, (address.at - segment.bytes.start) as u32), piece));
        } else {
            roots.push(piece);
        }
    }
    roots.extend(linked.symbols.iter().flatten().filter(|it| it.segment == own && it.known).map(|it| at(pieces, it.bytes.start)));
    let globals = linked.globals.iter().filter_map(|address| address.checked_sub(segment.base));
    roots.extend(globals.map(|offset| at(pieces, offset)).filter(|piece| *piece < pieces.len()));
    edges.sort_unstable();
    while let Some(piece) = roots.pop() {
        if !std::mem::replace(&mut pieces[piece].stays, true) {
            let from = edges.partition_point(|(from, _)| *from < piece);
            roots.extend(edges[from..].iter().take_while(|(from, _)| *from == piece).map(|(_, to)| *to));
        }
    }
}

/// Gives each piece its place: what stays in front, nearly in the old order. Returns where the others begin; nothing if they do not fit into so many bytes.
///
/// How a constant is to be aligned is not known. Wherever it lies now is right for it, so it goes where it lies as well as now (`most` is the alignment of
/// all of them). Neighbours of one kind go together, a *run*; a run that would leave a gap waits for others, `ahead` of them at most.
fn laid(pieces: &mut [Piece], most: u32, ahead: usize, room: u32) -> Option<u32> {
    let aligned = |at: u32| (at | most) & (at | most).wrapping_neg();
    let mut runs: Vec<(Range<usize>, u32)> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let align = aligned(piece.bytes.start);
        match runs.last_mut() {
            Some((run, all)) if pieces[run.start].stays == piece.stays && pieces[run.end - 1].bytes.end == piece.bytes.start => {
                run.end = index + 1;
                *all = align.max(*all);
            }
            _ => runs.push((index..index + 1, align)),
        }
    }
    let (mut at, mut boundary) = (0, 0);
    for stays in [true, false] {
        let mut waiting: VecDeque<(Range<usize>, u32)> = runs.iter().filter(|(run, _)| pieces[run.start].stays == stays).cloned().collect();
        while !waiting.is_empty() {
            let begins = |run: &Range<usize>| pieces[run.start].bytes.start;
            let ends = |run: &Range<usize>| at + pieces[run.end - 1].bytes.end - begins(run);
            let fits = |(run, align): &(Range<usize>, u32)| begins(run).wrapping_sub(at).is_multiple_of(*align);
            // One behind which others fit too.
            let near = waiting.iter().enumerate().take(ahead).filter(|(_, one)| fits(one));
            let near = near.max_by_key(|(index, (run, align))| (aligned(ends(run)), *align, Reverse(*index))).map(|(index, _)| index);
            let Some((run, _)) = near.or_else(|| waiting.iter().position(fits)).and_then(|index| waiting.remove(index)) else {
                at += 1;
                continue;
            };
            let (from, end) = (begins(&run), ends(&run));
            for piece in &mut pieces[run] {
                piece.to = piece.bytes.start - from + at;
            }
            at = end;
        }
        if stays {
            at = at.next_multiple_of(most);
            boundary = at;
        }
    }
    (at <= room).then_some(boundary)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::later::{Later, split};
    use crate::linked::{leb, section};
    use std::collections::BTreeMap;
    use wasmparser::{DataKind, Parser, Payload};

    const BASE: u32 = 1 << 20;
    /// Constants as a linker lays them, with the alignment that each needs.
    const TEXTS: [(&str, u32); 7] =
        [("hot", 1), ("cold text", 1), ("both", 1), ("tab.", 4), ("listed", 1), ("cold,eight", 8), ("kept for later, written", 1)];

    /// What a module is made of: for each function its name and the texts that it names, with what it adds to their address.
    struct Made {
        module: Vec<u8>,
        places: BTreeMap<&'static str, u32>,
    }

    /// A module as `wasm-ld --emit-relocs` leaves it: a function is `i32.const ADDRESS, drop` for each of its texts. `tab.` is a table of one address, that of
    /// `listed`; the data that is written holds that of the last text. Behind the texts are so many bytes to spare.
    fn made(functions: &[(&str, &[(&str, i32)])], spare: usize) -> Made {
        let mut places = BTreeMap::new();
        let mut constants: Vec<u8> = Vec::new();
        for (text, align) in TEXTS {
            constants.resize(constants.len().next_multiple_of(align as usize), 0);
            places.insert(text, constants.len() as u32);
            constants.extend(text.bytes());
        }
        constants.resize(constants.len() + spare, 0);
        let symbol = |text: &str| TEXTS.iter().position(|(one, _)| *one == text).expect("a text");
        let listed = (BASE + places["listed"]).to_le_bytes();
        constants[places["tab."] as usize..][..4].copy_from_slice(&listed);
        let written = BASE + constants.len().next_multiple_of(16) as u32;

        let mut relocations: [Vec<u8>; 2] = Default::default();
        let mut counts = [0; 2];
        let mut relocate = |of: usize, kind: u8, at: usize, symbol: usize, add: i32| {
            counts[of] += 1;
            relocations[of].push(kind);
            leb(&mut relocations[of], at);
            leb(&mut relocations[of], symbol);
            relocations[of].push(add as u8 & 0x7f);
        };
        let mut code = vec![functions.len() as u8];
        for (_, texts) in functions {
            code.push(texts.len() as u8 * 7 + 2);
            code.push(0);
            for (text, add) in *texts {
                relocate(0, 4, code.len() + 1, symbol(text), *add);
                let value = BASE.wrapping_add(places[text]).wrapping_add(*add as u32);
                code.push(0x41);
                code.extend((0..5).map(|n| (value >> (7 * n)) as u8 & 0x7f | if n < 4 { 0x80 } else { 0 }));
                code.push(0x1a);
            }
            code.push(0x0b);
        }
        let mut data = vec![2];
        for (base, bytes) in [(BASE, constants.clone()), (written, (BASE + places[TEXTS[6].0]).to_le_bytes().to_vec())] {
            data.extend([0, 0x41]);
            data.extend((0..5).map(|n| (base >> (7 * n)) as u8 & 0x7f | if n < 4 { 0x80 } else { 0 }));
            data.push(0x0b);
            leb(&mut data, bytes.len());
            let from = data.len();
            data.extend(&bytes);
            if base == BASE { relocate(1, 5, from + places["tab."] as usize, symbol("listed"), 0) } else { relocate(1, 5, from, 6, 0) }
        }

        let mut module = b"\0asm\x01\0\0\0".to_vec();
        section(&mut module, 1, &[1, 0x60, 0, 0]);
        section(&mut module, 2, b"\x01\x06./glue\x01a\0\0");
        section(&mut module, 3, &[&[functions.len() as u8], vec![0; functions.len()].as_slice()].concat());
        section(&mut module, 4, &[1, 0x70, 0, 1]);
        section(&mut module, 5, &[1, 0, 32]);
        section(&mut module, 7, &[&[2, 6], b"memory".as_slice(), &[2, 0, 3], b"run", &[0, 1]].concat());
        section(&mut module, 9, &[1, 0, 0x41, 0, 0x0b, 1, 2]);
        section(&mut module, 10, &code);
        section(&mut module, 11, &data);
        let custom = |module: &mut Vec<u8>, name: &str, content: &[u8]| {
            section(module, 0, &[&[name.len() as u8], name.as_bytes(), content].concat());
        };
        let mut symbols = vec![TEXTS.len() as u8];
        for (text, _) in TEXTS {
            symbols.extend([1, 2, 1, b'x', 0]);
            leb(&mut symbols, places[text] as usize);
            leb(&mut symbols, text.len());
        }
        let infos = [&[2, 7], b".rodata".as_slice(), &[3, 0, 5], b".data", &[2, 0]].concat();
        let subsections = [&[2, 5, infos.len() as u8], infos.as_slice(), &[8, symbols.len() as u8], &symbols].concat();
        custom(&mut module, "linking", &subsections);
        for (name, of) in [("reloc.CODE", 0), ("reloc.DATA", 1)] {
            custom(&mut module, name, &[&[7 + of as u8, counts[of]], relocations[of].as_slice()].concat());
        }
        let mut names = vec![functions.len() as u8];
        for (index, (name, _)) in functions.iter().enumerate() {
            names.extend([index as u8 + 1, name.len() as u8]);
            names.extend(name.bytes());
        }
        custom(&mut module, "name", &[&[1, names.len() as u8], names.as_slice()].concat());
        Made { module, places }
    }

    const FUNCTIONS: [(&str, &[(&str, i32)]); 2] = [
        ("resync_core::a::hot", &[("hot", 0), ("both", 4), ("tab.", 0)]),
        ("resync_core::b::cold", &[("cold text", 0), ("both", 0), ("cold,eight", 2), ("cold text", 9)]),
    ];

    fn ordered(spare: usize) -> Sorted {
        sorted(&made(&FUNCTIONS, spare).module, &|module| Chosen { later: Later::read("resync_core::b::*\n").of(module), rare: Vec::new() })
            .expect("a module")
            .expect("it was linked so")
    }

    /// Memory as the active segments of these modules make it.
    fn memory(modules: &[&[u8]]) -> Vec<u8> {
        let mut memory = vec![0; 32 << 16];
        for module in modules {
            for payload in Parser::new(0).parse_all(module) {
                let Payload::DataSection(segments) = payload.expect("a module") else { continue };
                for segment in segments.into_iter().map(|segment| segment.expect("a segment")) {
                    let DataKind::Active { offset_expr, .. } = segment.kind else { continue };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read().expect("a place") else { continue };
                    memory[value as usize..][..segment.data.len()].copy_from_slice(segment.data);
                }
            }
        }
        memory
    }

    /// The addresses that each function names, in the order of the module.
    fn named(module: &[u8]) -> Vec<Vec<u32>> {
        let bodies = Parser::new(0).parse_all(module).filter_map(|payload| match payload.expect("a module") {
            Payload::CodeSectionEntry(body) => Some(body),
            _ => None,
        });
        let numbers = |body: FunctionBody| {
            let operators = body.get_operators_reader().expect("code").into_iter().map(|operator| operator.expect("an operator"));
            operators.filter_map(|it| if let Operator::I32Const { value } = it { Some(value as u32) } else { None }).collect()
        };
        bodies.map(numbers).collect()
    }

    #[test]
    fn every_address_names_what_it_named_and_what_only_later_functions_reach_lies_behind_the_cut() {
        let Sorted { module, cut, .. } = ordered(16);
        let memory = memory(&[&module]);
        for (addresses, (_, texts)) in named(&module).iter().zip(FUNCTIONS) {
            for (address, (text, add)) in addresses.iter().zip(texts) {
                let from = address.wrapping_sub(*add as u32);
                let there = &memory[from as usize..from as usize + text.len()];
                if *text == "tab." {
                    let listed = u32::from_le_bytes(there.try_into().expect("four bytes"));
                    assert!(memory[listed as usize..].starts_with(b"listed"), "a table's own addresses follow");
                } else {
                    assert_eq!(there, text.as_bytes());
                }
                let goes = text.starts_with("cold");
                assert_eq!(cut.later.contains(&from), goes, "{text}");
                let align = TEXTS.iter().find(|(one, _)| one == text).expect("a text").1;
                assert_eq!(from % align, 0, "{text}");
            }
        }
        let find = |text: &str| memory.windows(text.len()).position(|window| window == text.as_bytes()).expect("it is there") as u32;
        for stays in ["listed", "kept for later, written"] {
            assert!(!cut.later.contains(&find(stays)), "{stays}: reached by way of data");
        }
        assert!(linked::read(&module).expect("a module").is_none(), "nothing is left of what only linkers read");
        assert!(sorted(&module, &|_| Chosen::default()).expect("a module").is_none());
    }

    #[test]
    fn both_parts_together_hold_every_constant_and_the_first_none_that_went() {
        let whole = ordered(16);
        let parts = split(&whole.module, &whole.later, Some(&whole.cut)).expect("a module").expect("two parts");
        assert_eq!(memory(&[&parts.first, &parts.later]), memory(&[&whole.module]));
        let first = memory(&[&parts.first]);
        assert!(!first.windows(4).any(|window| window == b"cold") && first.windows(3).any(|window| window == b"hot"));

        // Where another order does not fit, everything stays.
        let whole = ordered(0);
        let parts = split(&whole.module, &whole.later, Some(&whole.cut)).expect("a module").expect("two parts");
        assert_eq!(memory(&[&parts.first]), memory(&[&made(&FUNCTIONS, 0).module]));
        let whole = ordered(16);

        // Had the order been made for another list, the build would stop.
        let why = split(&whole.module, &BTreeSet::from(["resync_core::a::hot".to_owned()]), Some(&whole.cut))
            .err()
            .expect("`cold` is in the first part");
        assert!(why.contains("`resync_core::b::cold` is in the first part"), "{why}");
    }

    #[test]
    fn a_linker_that_has_written_something_else_stops_the_build() {
        let made = made(&FUNCTIONS, 0);
        let mut module = made.module;
        let table = (BASE + made.places["listed"]).to_le_bytes();
        let at = module.windows(4).position(|window| window == table).expect("the table");
        module[at] ^= 1;
        assert!(sorted(&module, &|_| Chosen::default()).err().expect("a wrong address").contains("has written"));
    }
}

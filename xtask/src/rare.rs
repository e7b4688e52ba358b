//! What within the functions of the first part did not run: *rare* code, which comes later too.
//!
//! Counting looks at every place where a function may be entered anew ([`places`]). As control is structured, whatever stands behind a place that nobody reached,
//! up to the end of its sequence, was not reached either. Such an end is taken out into a function of its own ([`apart`]), which takes the locals that it reads,
//! gives back those that it changes, and says where it goes on; [`crate::later::split`] then moves it like any function that comes later.
//!
//! `web/rare.txt` knows a function by its name and the shape of its code ([`key`]): what has changed since it was counted stays whole in the first part, so that
//! the list grows old and never wrong.

use crate::linked::{numberless, plain};
use crate::shell::Done;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::mem::discriminant;
use std::ops::Range;
use walrus::ir::{self, Instr, InstrLocId, InstrSeqId, InstrSeqType, Value, Visitor, dfs_in_order};
use walrus::{FunctionBuilder, FunctionId, FunctionKind, LocalFunction, LocalId, Module, ValType};

/// How the name of a function ends that was taken out of another.
pub(crate) const RARE: &str = "{rare}";
/// What is given over, and where it may go on, at most: beyond that a smaller piece is looked for.
const PARAMS: usize = 12;
const CHANGED: usize = 4;
const WAYS: usize = 4;

/// Places where a function may be entered anew: the beginning of each sequence, and behind each instruction that may leave it.
pub(crate) fn places(function: &LocalFunction) -> Vec<(InstrSeqId, usize)> {
    fn walk(function: &LocalFunction, seq: InstrSeqId, all: &mut Vec<(InstrSeqId, usize)>) {
        all.push((seq, 0));
        let instrs = &function.block(seq).instrs;
        for (at, (instr, _)) in instrs.iter().enumerate() {
            let inner = within(instr);
            for seq in inner.into_iter().flatten() {
                walk(function, seq, all);
            }
            if (inner[0].is_some() || matches!(instr, Instr::BrIf(_))) && at + 1 < instrs.len() {
                all.push((seq, at + 1));
            }
        }
    }
    let mut all = Vec::new();
    walk(function, function.entry_block(), &mut all);
    all
}

/// The sequences within an instruction.
fn within(instr: &Instr) -> [Option<InstrSeqId>; 2] {
    match instr {
        Instr::Block(ir::Block { seq }) | Instr::Loop(ir::Loop { seq }) => [Some(*seq), None],
        Instr::IfElse(ir::IfElse { consequent, alternative }) => [Some(*consequent), Some(*alternative)],
        _ => [None, None],
    }
}

/// FNV-1a over whatever has a hash.
struct Fnv(u64);
impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
impl<'a> Visitor<'a> for Fnv {
    fn start_instr_seq(&mut self, _: &'a ir::InstrSeq) {
        self.write(b"(");
    }
    fn end_instr_seq(&mut self, _: &'a ir::InstrSeq) {
        self.write(b")");
    }
    fn visit_instr(&mut self, instr: &'a Instr, _: &'a InstrLocId) {
        discriminant(instr).hash(self);
        match instr {
            Instr::Binop(one) => discriminant(&one.op).hash(self),
            Instr::Unop(one) => discriminant(&one.op).hash(self),
            _ => {}
        }
    }
}

/// A function's name, without the numbers of closures, and shape: its instructions without the addresses and numbers in them, which change with everything else.
pub(crate) fn key(name: &str, function: &LocalFunction) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(numberless(&plain(name)).as_bytes());
    dfs_in_order(&mut hash, function, function.entry_block());
    hash.0
}

/// The places of each function behind which nothing ran.
pub(crate) struct Rare {
    places: BTreeMap<u64, Vec<usize>>,
    /// So many instructions are worth a call, at least.
    least: usize,
}
impl Default for Rare {
    fn default() -> Rare {
        Rare { places: BTreeMap::new(), least: 24 }
    }
}

impl Rare {
    /// Reads the list: a function a line, its key and its places.
    pub(crate) fn read(text: &str) -> Rare {
        let lines = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let (key, places) = line.split_once(' ')?;
            Some((u64::from_str_radix(key, 16).ok()?, places.split(' ').filter_map(|place| place.parse().ok()).collect()))
        });
        Rare { places: lines.collect(), ..Rare::default() }
    }
    /// The list of what did not run: of each function its key, and whether its places were reached. Where nothing ran at all the function comes later.
    pub(crate) fn written(functions: &[(u64, Vec<bool>)]) -> String {
        let mut all: BTreeMap<u64, Vec<bool>> = BTreeMap::new();
        for (key, reached) in functions {
            let known = all.entry(*key).or_insert_with(|| vec![false; reached.len()]);
            known.iter_mut().zip(reached).for_each(|(known, reached)| *known |= reached);
        }
        let mut text =
            String::from("# Written by `cargo xtask later`: functions by name and shape, and the places in them that were not reached.\n");
        for (key, reached) in all.iter().filter(|(_, reached)| reached.first() == Some(&true) && reached.contains(&false)) {
            let places: Vec<String> = reached.iter().enumerate().filter(|(_, ran)| !**ran).map(|(at, _)| at.to_string()).collect();
            text.push_str(&format!("{key:016x} {}\n", places.join(" ")));
        }
        text
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
    /// The ends of sequences in a function that are rare.
    fn ends(&self, name: &str, function: &LocalFunction) -> BTreeMap<InstrSeqId, usize> {
        let mut ends = BTreeMap::new();
        if self.is_empty() {
            return ends;
        }
        let Some(rare) = self.places.get(&key(name, function)) else { return ends };
        let places = places(function);
        for (seq, from) in rare.iter().filter_map(|at| places.get(*at)) {
            let end = ends.entry(*seq).or_insert(*from);
            *end = (*end).min(*from);
        }
        ends
    }
}

/// Some of a function's locals.
#[derive(Clone, Default, PartialEq)]
struct Locals(BTreeSet<LocalId>);
impl Locals {
    fn join(&mut self, other: &Locals) -> bool {
        let before = self.0.len();
        self.0.extend(&other.0);
        self.0.len() > before
    }
}

/// Which locals are read again where.
struct Flow<'a> {
    function: &'a LocalFunction,
    /// Where a branch to a sequence leads.
    target: BTreeMap<InstrSeqId, Locals>,
    /// Behind the end of a sequence.
    end: BTreeMap<InstrSeqId, Locals>,
    loops: BTreeSet<InstrSeqId>,
}

impl<'a> Flow<'a> {
    fn of(function: &'a LocalFunction) -> Flow<'a> {
        let mut flow = Flow { function, target: BTreeMap::new(), end: BTreeMap::new(), loops: BTreeSet::new() };
        flow.target.insert(function.entry_block(), Locals::default());
        flow.before(function.entry_block(), Locals::default());
        flow
    }
    /// What is read before it is written from the beginning of a sequence on, if `live` is behind its end.
    fn before(&mut self, seq: InstrSeqId, mut live: Locals) -> Locals {
        self.end.entry(seq).or_default().join(&live);
        for (instr, _) in self.function.block(seq).instrs.iter().rev() {
            match instr {
                Instr::LocalGet(get) => {
                    live.0.insert(get.local);
                }
                Instr::LocalSet(ir::LocalSet { local }) | Instr::LocalTee(ir::LocalTee { local }) => {
                    live.0.remove(local);
                }
                Instr::Block(block) => {
                    self.target.entry(block.seq).or_default().join(&live);
                    live = self.before(block.seq, live);
                }
                Instr::Loop(one) => {
                    self.loops.insert(one.seq);
                    self.target.entry(one.seq).or_default();
                    loop {
                        let again = self.before(one.seq, live.clone());
                        if !self.target.entry(one.seq).or_default().join(&again) {
                            break;
                        }
                    }
                    live = self.target[&one.seq].clone();
                }
                Instr::IfElse(arms) => {
                    let mut joined = Locals::default();
                    for arm in [arms.consequent, arms.alternative] {
                        self.target.entry(arm).or_default().join(&live);
                        joined.join(&self.before(arm, live.clone()));
                    }
                    live = joined;
                }
                Instr::Br(br) => live = self.target[&br.block].clone(),
                Instr::BrIf(br) => {
                    live.join(&self.target[&br.block]);
                }
                Instr::BrTable(table) => {
                    live = self.target[&table.default].clone();
                    for block in &table.blocks {
                        live.join(&self.target[block]);
                    }
                }
                Instr::Return(_) | Instr::Unreachable(_) => live = Locals::default(),
                _ => {}
            }
        }
        live
    }
}

/// Where the code behind a rare end goes on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Way {
    /// A branch to this sequence.
    Branch(InstrSeqId),
    /// Behind the sequence of which it is the end.
    On,
    Return,
}

/// A rare end of a sequence that can be taken out.
struct Piece {
    seq: InstrSeqId,
    from: usize,
    params: Vec<LocalId>,
    changed: Vec<LocalId>,
    /// Branches first, then `On`, then `Return`.
    ways: Vec<Way>,
    size: usize,
}

/// What is looked for in it.
struct Scan<'a> {
    function: &'a LocalFunction,
    seq: InstrSeqId,
    inside: BTreeSet<InstrSeqId>,
    read: Locals,
    written: Locals,
    /// Where it goes on, with the locals that are surely written before.
    ways: BTreeMap<Way, Locals>,
    size: usize,
    /// There is something in it that is not understood.
    strange: bool,
}

impl Scan<'_> {
    fn leaves(&mut self, block: InstrSeqId, looped: bool, sure: &Locals) {
        if self.inside.contains(&block) {
            return;
        }
        let way = if block == self.seq && !looped { Way::On } else { Way::Branch(block) };
        self.goes(way, sure);
    }
    fn goes(&mut self, way: Way, sure: &Locals) {
        match self.ways.get_mut(&way) {
            Some(known) => known.0.retain(|local| sure.0.contains(local)),
            None => {
                self.ways.insert(way, sure.clone());
            }
        }
    }
    fn instrs(&mut self, instrs: &[(Instr, InstrLocId)], sure: &mut Locals, loops: &BTreeSet<InstrSeqId>) {
        self.size += instrs.len();
        for (instr, _) in instrs {
            match instr {
                Instr::LocalGet(get) if !sure.0.contains(&get.local) => {
                    self.read.0.insert(get.local);
                }
                Instr::LocalSet(ir::LocalSet { local }) | Instr::LocalTee(ir::LocalTee { local }) => {
                    sure.0.insert(*local);
                    self.written.0.insert(*local);
                }
                Instr::Br(ir::Br { block }) | Instr::BrIf(ir::BrIf { block }) => self.leaves(*block, loops.contains(block), sure),
                Instr::BrTable(table) => {
                    for block in table.blocks.iter().chain([&table.default]) {
                        self.leaves(*block, loops.contains(block), sure);
                    }
                }
                Instr::Return(_) => self.goes(Way::Return, sure),
                Instr::Try(_) | Instr::TryTable(_) | Instr::ReturnCall(_) | Instr::ReturnCallIndirect(_) => self.strange = true,
                _ => {}
            }
            for seq in within(instr).into_iter().flatten() {
                self.inside.insert(seq);
                let block = self.function.block(seq);
                self.instrs(&block.instrs, &mut sure.clone(), loops);
            }
        }
    }
}

fn last(instrs: &[(Instr, InstrLocId)]) -> bool {
    matches!(instrs.last(), Some((Instr::Br(_) | Instr::BrTable(_) | Instr::Return(_) | Instr::Unreachable(_), _)))
}

/// What an instruction takes off the stack and leaves there. Nothing for those that are not understood.
fn stack(module: &Module, function: &LocalFunction, instr: &Instr) -> Option<(usize, usize)> {
    let results = |seq: InstrSeqId| match function.block(seq).ty {
        InstrSeqType::Simple(result) => Some(usize::from(result.is_some())),
        InstrSeqType::MultiValue(_) => None,
    };
    let called = |ty| (module.types.params(ty).len(), module.types.results(ty).len());
    Some(match instr {
        Instr::Block(block) => (0, results(block.seq)?),
        Instr::Loop(one) => (0, results(one.seq)?),
        Instr::IfElse(arms) => (1, results(arms.consequent)?),
        Instr::Call(call) => called(module.funcs.get(call.func).ty()),
        Instr::CallIndirect(call) => {
            let (takes, leaves) = called(call.ty);
            (takes + 1, leaves)
        }
        Instr::LocalGet(_) | Instr::GlobalGet(_) | Instr::Const(_) | Instr::MemorySize(_) => (0, 1),
        Instr::LocalSet(_) | Instr::GlobalSet(_) | Instr::Drop(_) | Instr::BrIf(_) => (1, 0),
        Instr::LocalTee(_) | Instr::Unop(_) | Instr::Load(_) | Instr::MemoryGrow(_) => (1, 1),
        Instr::Binop(_) => (2, 1),
        Instr::Select(_) => (3, 1),
        Instr::Store(_) => (2, 0),
        Instr::MemoryCopy(_) | Instr::MemoryFill(_) | Instr::MemoryInit(_) => (3, 0),
        _ => return None,
    })
}

/// The first place of a sequence from `from` on where nothing lies on the stack.
fn bare(module: &Module, function: &LocalFunction, seq: InstrSeqId, from: usize) -> Option<usize> {
    let mut height = 0_usize;
    for (at, (instr, _)) in function.block(seq).instrs.iter().enumerate() {
        if at >= from && height == 0 {
            return Some(at);
        }
        let (takes, leaves) = stack(module, function, instr)?;
        height = height.checked_sub(takes)? + leaves;
    }
    None
}

/// The rare pieces of a function that are worth taking out.
fn pieces(module: &Module, function: &LocalFunction, ends: &BTreeMap<InstrSeqId, usize>, least: usize) -> Vec<Piece> {
    struct Looking<'a> {
        module: &'a Module,
        flow: Flow<'a>,
        ends: &'a BTreeMap<InstrSeqId, usize>,
        least: usize,
        found: Vec<Piece>,
    }
    impl Looking<'_> {
        fn at(&mut self, seq: InstrSeqId) {
            let instrs = &self.flow.function.block(seq).instrs;
            let end = self.ends.get(&seq).copied();
            for (instr, _) in &instrs[..end.unwrap_or(instrs.len())] {
                for inner in within(instr).into_iter().flatten() {
                    self.at(inner);
                }
            }
            if let Some(from) = end {
                self.rare(seq, from);
            }
        }
        fn rare(&mut self, seq: InstrSeqId, from: usize) {
            let function = self.flow.function;
            let piece = bare(self.module, function, seq, from).and_then(|from| piece(self.module, &self.flow, seq, from));
            match piece {
                Some(piece) if piece.pays(self.least) => self.found.push(piece),
                _ => {
                    for (instr, _) in &function.block(seq).instrs[from..] {
                        for inner in within(instr).into_iter().flatten() {
                            self.rare(inner, 0);
                        }
                    }
                }
            }
        }
    }
    if ends.is_empty() || ends.get(&function.entry_block()) == Some(&0) {
        return Vec::new();
    }
    let mut looking = Looking { module, flow: Flow::of(function), ends, least, found: Vec::new() };
    looking.at(function.entry_block());
    looking.found
}

impl Piece {
    fn pays(&self, least: usize) -> bool {
        least == 0 || self.size >= least + 2 * self.params.len() + 3 * self.changed.len() + 4 * self.ways.len()
    }
}

/// The end of this sequence as a piece, if it can be one.
fn piece(module: &Module, flow: &Flow, seq: InstrSeqId, from: usize) -> Option<Piece> {
    let function = flow.function;
    let entry = function.entry_block();
    let instrs = &function.block(seq).instrs[from..];
    let mut scan = Scan {
        function,
        seq,
        inside: BTreeSet::new(),
        read: Locals::default(),
        written: Locals::default(),
        ways: BTreeMap::new(),
        size: 0,
        strange: false,
    };
    let mut sure = Locals::default();
    scan.instrs(instrs, &mut sure, &flow.loops);
    if !last(instrs) {
        scan.goes(if seq == entry { Way::Return } else { Way::On }, &sure);
    }
    let plain = |block: InstrSeqId| function.block(block).ty == InstrSeqType::Simple(None);
    let looped = flow.loops.contains(&seq);
    let returns = scan.ways.contains_key(&Way::Return);
    for way in scan.ways.keys() {
        let fits = match way {
            Way::Branch(block) => *block != entry && (plain(*block) || flow.loops.contains(block)),
            Way::On => seq != entry && plain(seq) && !(looped && returns),
            Way::Return => true,
        };
        scan.strange |= !fits;
    }
    if scan.strange || matches!(function.block(seq).ty, InstrSeqType::MultiValue(_)) {
        return None;
    }
    let (mut params, mut changed) = (scan.read, Locals::default());
    for (way, sure) in &scan.ways {
        let live = match way {
            Way::Branch(block) => &flow.target[block],
            Way::On => &flow.end[&seq],
            Way::Return => continue,
        };
        for local in scan.written.0.intersection(&live.0) {
            changed.0.insert(*local);
            if !sure.0.contains(local) {
                params.0.insert(*local);
            }
        }
    }
    // In this order, so that many have one type.
    let ordered = |locals: Locals| {
        let mut all: Vec<LocalId> = locals.0.into_iter().collect();
        all.sort_by_key(|local| (format!("{:?}", module.locals.get(*local).ty()), local.index()));
        all
    };
    let (params, changed) = (ordered(params), ordered(changed));
    let ways: Vec<Way> = scan.ways.into_keys().collect();
    let fits = params.len() <= PARAMS && changed.len() <= CHANGED && ways.len() <= WAYS;
    fits.then_some(Piece { seq, from, params, changed, ways, size: scan.size })
}

/// The body of a function. Nothing for one that is imported.
fn local(module: &Module, id: FunctionId) -> Option<&LocalFunction> {
    match &module.funcs.get(id).kind {
        FunctionKind::Local(local) => Some(local),
        _ => None,
    }
}

/// What goes by the clock and by what the browser says may run otherwise in any second: all of it stays.
const RESTLESS: [&str; 10] = [
    "resync_web::app::",
    "resync_web::ui::",
    "resync_web::lessons::",
    "resync_js::",
    "yew::",
    "gloo_",
    "wasm_bindgen",
    "js_sys::",
    "web_sys::",
    "futures_",
];

/// The functions that stay, with the rare pieces of each.
fn all(module: &Module, rare: &Rare, stays: &dyn Fn(&str) -> bool) -> Vec<(FunctionId, String, Vec<Piece>)> {
    let mut all = Vec::new();
    for (id, function) in module.funcs.iter_local() {
        let Some(name) = module.funcs.get(id).name.as_deref().filter(|name| stays(name)) else { continue };
        let plain = plain(name);
        if RESTLESS.iter().any(|home| plain.trim_start_matches(['<', '&']).starts_with(home)) {
            continue;
        }
        let pieces = pieces(module, function, &rare.ends(name, function), rare.least);
        if !pieces.is_empty() {
            all.push((id, name.to_owned(), pieces));
        }
    }
    all
}

/// Where the code lies in the file that [`apart`] takes out of its functions.
pub(crate) fn ranges(module: &Module, rare: &Rare, stays: &dyn Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (id, _, pieces) in all(module, rare, stays) {
        let Some(function) = local(module, id) else { continue };
        for piece in pieces {
            let block = function.block(piece.seq);
            let from = block.instrs[piece.from].1;
            if !from.is_default() && !block.end.is_default() {
                ranges.push(from.data() as usize..block.end.data() as usize);
            }
        }
    }
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// Takes the rare pieces out of the functions that stay. Each becomes a function whose name ends in [`RARE`].
pub(crate) fn apart(module: &mut Module, rare: &Rare, stays: &dyn Fn(&str) -> bool) -> Done<usize> {
    let mut taken = 0;
    for (id, name, pieces) in all(module, rare, stays) {
        for piece in pieces {
            taken += 1;
            let own = outside(module, id, &piece, &name)?;
            call(module, id, &piece, own)?;
        }
    }
    Ok(taken)
}

fn types(module: &Module, locals: &[LocalId]) -> Vec<ValType> {
    locals.iter().map(|local| module.locals.get(*local).ty()).collect()
}

/// What stands for a value that nobody reads.
fn nothing(ty: ValType) -> Done<Instr> {
    let value = match ty {
        ValType::I32 => Value::I32(0),
        ValType::I64 => Value::I64(0),
        ValType::F32 => Value::F32(0.0),
        ValType::F64 => Value::F64(0.0),
        other => return Err(format!("a function returns {other:?}, which `rare` does not know")),
    };
    Ok(Instr::Const(ir::Const { value }))
}

impl Piece {
    fn branches(&self) -> usize {
        self.ways.iter().filter(|way| **way != Way::Return).count()
    }
    /// What says which way it goes on, where there are several.
    fn number(&self, way: usize) -> i32 {
        if self.ways.len() == 2 { i32::from(way == 0) } else { way as i32 }
    }
    /// At the end of one way, with what the function returns on the stack: its number, and the locals that have changed.
    fn end(&self, way: usize) -> Vec<Instr> {
        let mut end = Vec::new();
        if self.branches() == 0 {
            return end;
        }
        if self.ways.len() > 1 {
            end.push(Instr::Const(ir::Const { value: Value::I32(self.number(way)) }));
        }
        end.extend(self.changed.iter().map(|local| Instr::LocalGet(ir::LocalGet { local: *local })));
        end
    }
}

/// Copies instructions into another function.
struct Copy<'a> {
    from: &'a LocalFunction,
    to: FunctionBuilder,
    /// Sequences of the one in the other.
    blocks: BTreeMap<InstrSeqId, InstrSeqId>,
    /// What goes before a return.
    returning: Vec<Instr>,
}

impl Copy<'_> {
    fn instrs(&mut self, instrs: &[(Instr, InstrLocId)], to: InstrSeqId) -> Done {
        for (instr, _) in instrs {
            let mut inner = |seq: InstrSeqId| {
                let own = self.to.dangling_instr_seq(self.from.block(seq).ty).id();
                self.blocks.insert(seq, own);
                own
            };
            let copied = match instr {
                Instr::Block(block) => Instr::Block(ir::Block { seq: inner(block.seq) }),
                Instr::Loop(block) => Instr::Loop(ir::Loop { seq: inner(block.seq) }),
                Instr::IfElse(arms) => {
                    Instr::IfElse(ir::IfElse { consequent: inner(arms.consequent), alternative: inner(arms.alternative) })
                }
                Instr::Br(br) => Instr::Br(ir::Br { block: self.block(br.block)? }),
                Instr::BrIf(br) => Instr::BrIf(ir::BrIf { block: self.block(br.block)? }),
                Instr::BrTable(table) => Instr::BrTable(ir::BrTable {
                    blocks: table.blocks.iter().map(|block| self.block(*block)).collect::<Done<_>>()?,
                    default: self.block(table.default)?,
                }),
                Instr::Return(_) => {
                    for instr in self.returning.clone() {
                        self.to.instr_seq(to).instr(instr);
                    }
                    Instr::Return(ir::Return {})
                }
                other => other.clone(),
            };
            self.to.instr_seq(to).instr(copied);
            for seq in within(instr).into_iter().flatten() {
                let own = self.blocks[&seq];
                self.instrs(&self.from.block(seq).instrs, own)?;
            }
        }
        Ok(())
    }
    fn block(&self, block: InstrSeqId) -> Done<InstrSeqId> {
        self.blocks.get(&block).copied().ok_or_else(|| "a branch out of rare code that nobody has seen".to_owned())
    }
}

/// The piece as a function of its own.
fn outside(module: &mut Module, id: FunctionId, piece: &Piece, name: &str) -> Done<FunctionId> {
    let params = types(module, &piece.params);
    let (branches, returns) = (piece.branches(), piece.ways.contains(&Way::Return));
    let returned = module.types.results(module.funcs.get(id).ty()).to_vec();
    let mut results = if returns { returned.clone() } else { Vec::new() };
    if branches > 0 {
        results.extend((piece.ways.len() > 1).then_some(ValType::I32));
        results.extend(types(module, &piece.changed));
    }
    let mut to = FunctionBuilder::new(&mut module.types, &params, &results);
    to.name(format!("{name}{RARE}"));
    let from = local(module, id).ok_or("rare code in an imported function")?;
    let returning = piece.end(branches);
    let mut copy = Copy { from, to, blocks: BTreeMap::new(), returning };

    // A block for each way that does not return, in each other; behind each what is given back.
    let mut at = copy.to.func_body_id();
    let mut around = Vec::new();
    for (number, way) in piece.ways.iter().enumerate().take(branches) {
        let inner = copy.to.dangling_instr_seq(InstrSeqType::Simple(None)).id();
        copy.to.instr_seq(at).instr(ir::Block { seq: inner });
        around.push((number, at));
        copy.blocks.insert(if let Way::Branch(block) = way { *block } else { piece.seq }, inner);
        at = inner;
    }
    // Where the piece ends a loop, a branch to the loop is another way than going on.
    if let Some(again) = piece.ways.iter().position(|way| *way == Way::Branch(piece.seq)) {
        let first = around[again].1;
        let Some((Instr::Block(block), _)) = copy.to.instr_seq(first).instrs().first().cloned() else { return Err("no block".into()) };
        copy.blocks.insert(piece.seq, block.seq);
    }
    let instrs = &from.block(piece.seq).instrs[piece.from..];
    copy.instrs(instrs, at)?;
    if !last(instrs) && piece.seq == from.entry_block() && branches > 0 {
        for instr in copy.returning.clone().into_iter().chain([Instr::Return(ir::Return {})]) {
            copy.to.instr_seq(at).instr(instr);
        }
    }
    for (number, parent) in around {
        let mut end = Vec::new();
        for ty in returned.iter().filter(|_| returns) {
            end.push(nothing(*ty)?);
        }
        end.extend(piece.end(number));
        end.extend((number > 0).then_some(Instr::Return(ir::Return {})));
        for instr in end {
            copy.to.instr_seq(parent).instr(instr);
        }
    }
    let Copy { to, .. } = copy;
    Ok(to.finish(piece.params.clone(), &mut module.funcs))
}

/// The call in the piece's place.
fn call(module: &mut Module, id: FunctionId, piece: &Piece, own: FunctionId) -> Done {
    let several = (piece.ways.len() > 2).then(|| module.locals.add(ValType::I32));
    let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind else { return Err("rare code in an imported function".into()) };
    let entry = function.entry_block();
    let mut instrs: Vec<Instr> = piece.params.iter().map(|local| Instr::LocalGet(ir::LocalGet { local: *local })).collect();
    instrs.push(Instr::Call(ir::Call { func: own }));
    let branches = piece.branches();
    if branches > 0 {
        instrs.extend(piece.changed.iter().rev().map(|local| Instr::LocalSet(ir::LocalSet { local: *local })));
    }
    let target = |way: &Way| if let Way::Branch(block) = way { *block } else { piece.seq };
    match piece.ways.as_slice() {
        [] => instrs.push(Instr::Unreachable(ir::Unreachable {})),
        [.., last] => {
            let others = &piece.ways[..piece.ways.len() - 1];
            if let Some(number) = several {
                instrs.push(Instr::LocalSet(ir::LocalSet { local: number }));
            }
            for (way, to) in others.iter().enumerate() {
                if let Some(number) = several {
                    instrs.push(Instr::LocalGet(ir::LocalGet { local: number }));
                    instrs.push(Instr::Const(ir::Const { value: Value::I32(piece.number(way)) }));
                    instrs.push(Instr::Binop(ir::Binop { op: ir::BinaryOp::I32Eq }));
                }
                instrs.push(Instr::BrIf(ir::BrIf { block: target(to) }));
            }
            match last {
                Way::Branch(block) => instrs.push(Instr::Br(ir::Br { block: *block })),
                Way::On => {}
                Way::Return if piece.seq == entry => {}
                Way::Return => instrs.push(Instr::Return(ir::Return {})),
            }
        }
    }
    let seq = function.block_mut(piece.seq);
    seq.instrs.truncate(piece.from);
    seq.instrs.extend(instrs.into_iter().map(|instr| (instr, InstrLocId::default())));
    Ok(())
}

#[cfg(test)]
mod tests;

//! What the linker says of a module that was linked with `--emit-relocs`: where each constant lies, and whose address stands where.

use crate::shell::Done;
use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{
    DataKind, KnownCustom, Linking, LinkingSectionReader, Name, NameSectionReader, Operator, Parser, Payload, RelocAddendKind,
    RelocationEntry, RelocationType, SymbolFlags, SymbolInfo,
};

/// A function of the module.
pub(crate) struct Function {
    /// Its whole name, which no other function has.
    pub(crate) name: String,
    /// Its bytes in the file.
    pub(crate) bytes: Range<usize>,
}

/// A segment of data.
pub(crate) struct Segment {
    pub(crate) name: String,
    /// Its address in memory.
    pub(crate) base: u32,
    /// What divides the address of everything in it that must be aligned, at most.
    pub(crate) align: u32,
    /// Its bytes in the file.
    pub(crate) bytes: Range<usize>,
}

/// A symbol that names data.
#[derive(Clone)]
pub(crate) struct Symbol {
    pub(crate) segment: usize,
    /// Where it lies in its segment. Never nothing.
    pub(crate) bytes: Range<u32>,
    /// Whether somebody outside of the module may know it.
    pub(crate) known: bool,
}

/// An address of data that stands somewhere.
pub(crate) struct Address {
    /// Where, in the file.
    pub(crate) at: usize,
    pub(crate) kind: RelocationType,
    pub(crate) value: u32,
    /// What it is an address of, by its place in [`Linked::symbols`].
    pub(crate) symbol: usize,
}

/// The whole of it.
#[derive(Default)]
pub(crate) struct Linked {
    /// How many functions are imported; the others are counted from there.
    pub(crate) imported: usize,
    pub(crate) functions: Vec<Function>,
    pub(crate) segments: Vec<Segment>,
    pub(crate) symbols: Vec<Option<Symbol>>,
    pub(crate) addresses: Vec<Address>,
    /// What numbers globals begin with.
    pub(crate) globals: Vec<u32>,
}

pub(crate) fn bad(why: wasmparser::BinaryReaderError) -> String {
    format!("the module cannot be read: {why}")
}

/// Reads it. `None` if the linker was not asked.
pub(crate) fn read(module: &[u8]) -> Done<Option<Linked>> {
    let mut all = Linked::default();
    let (mut sections, mut relocations, mut said) = (Vec::new(), Vec::new(), false);
    let (mut code, mut data, mut names) = (0, 0, BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(bad)?;
        if let Some((_, range)) = payload.as_section() {
            sections.push(range.start);
        }
        match payload {
            Payload::ImportSection(imports) => {
                let functions = imports.into_imports().flatten().filter(|import| matches!(import.ty, wasmparser::TypeRef::Func(_)));
                all.imported = functions.count();
            }
            Payload::GlobalSection(globals) => {
                for global in globals {
                    let mut init = global.map_err(bad)?.init_expr.get_operators_reader();
                    if let Operator::I32Const { value } = init.read().map_err(bad)? {
                        all.globals.push(value as u32);
                    }
                }
            }
            Payload::CodeSectionStart { range, .. } => code = range.start,
            Payload::CodeSectionEntry(body) => all.functions.push(Function { name: String::new(), bytes: body.range() }),
            Payload::DataSection(segments) => {
                data = segments.range().start;
                for segment in segments {
                    all.segments.push(segment_of(module, &segment.map_err(bad)?)?);
                }
            }
            Payload::CustomSection(custom) => match custom.as_known() {
                KnownCustom::Name(reader) => function_names(reader, &mut names)?,
                KnownCustom::Linking(reader) => {
                    said = true;
                    all.told(&reader)?;
                }
                KnownCustom::Reloc(reader) => relocations.push(reader),
                _ => {}
            },
            _ => {}
        }
    }
    if !said || relocations.is_empty() {
        return Ok(None);
    }
    for reader in relocations {
        let section = sections.get(reader.section_index() as usize).copied();
        // Those of sections that say something of the module and are no part of it.
        let Some(from) = section.filter(|start| [code, data].contains(start)) else { continue };
        for entry in reader.entries() {
            all.address(module, from, &entry.map_err(bad)?)?;
        }
    }
    all.named(&names);
    Ok(Some(all))
}

fn segment_of(module: &[u8], segment: &wasmparser::Data) -> Done<Segment> {
    let DataKind::Active { memory_index: 0, offset_expr } = &segment.kind else { return Err("a segment of no place".into()) };
    let Operator::I32Const { value } = offset_expr.get_operators_reader().read().map_err(bad)? else {
        return Err("a segment whose place is not known".into());
    };
    let from = segment.data.as_ptr() as usize - module.as_ptr() as usize;
    Ok(Segment { name: String::new(), base: value as u32, align: 1, bytes: from..from + segment.data.len() })
}

fn function_names<'a>(reader: NameSectionReader<'a>, names: &mut BTreeMap<usize, &'a str>) -> Done {
    for one in reader {
        let Name::Function(map) = one.map_err(bad)? else { continue };
        for naming in map {
            let naming = naming.map_err(bad)?;
            names.insert(naming.index as usize, naming.name);
        }
    }
    Ok(())
}

impl Linked {
    /// Takes in the section `linking`, which stands behind the data.
    fn told(&mut self, reader: &LinkingSectionReader) -> Done {
        for one in reader.subsections() {
            match one.map_err(bad)? {
                Linking::SegmentInfo(infos) => {
                    for (segment, info) in self.segments.iter_mut().zip(infos) {
                        let info = info.map_err(bad)?;
                        segment.name = info.name.to_owned();
                        segment.align = 1 << info.alignment.min(16);
                    }
                }
                Linking::SymbolTable(symbols) => {
                    for symbol in symbols {
                        self.symbols.push(data_symbol(&symbol.map_err(bad)?));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Takes in a relocation, if it is of an address of data. The linker must have written there what it says.
    fn address(&mut self, module: &[u8], section: usize, entry: &RelocationEntry) -> Done {
        use RelocationType::{FunctionOffsetI32, FunctionOffsetI64, SectionOffsetI32};
        let kind = entry.ty;
        if kind.addend_kind() == RelocAddendKind::None || matches!(kind, FunctionOffsetI32 | FunctionOffsetI64 | SectionOffsetI32) {
            return Ok(());
        }
        let at = section + entry.offset as usize;
        let value = held(module, at, kind)?;
        // What is weak and nowhere defined has no address.
        let Some(Some(symbol)) = self.symbols.get(entry.index as usize) else { return Ok(()) };
        let start = self.segments.get(symbol.segment).ok_or("a symbol of no segment")?.base + symbol.bytes.start;
        if value != start.wrapping_add(entry.addend as u32) {
            return Err(format!("the linker says {start:#x} and {}, and has written {value:#x}", entry.addend));
        }
        self.addresses.push(Address { at, kind, value, symbol: entry.index as usize });
        Ok(())
    }

    /// Names are made whole here and each for one function alone, so that what is decided about one is true of it behind `wasm-bindgen` too.
    fn named(&mut self, names: &BTreeMap<usize, &str>) {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (index, function) in self.functions.iter_mut().enumerate() {
            let Some(whole) = names.get(&(self.imported + index)).map(|name| demangled(name)) else { continue };
            let times = seen.entry(whole.clone()).or_default();
            function.name = if *times == 0 { whole } else { format!("{whole}[{times}]") };
            *times += 1;
        }
    }
}

/// The name of a function as `wasm-bindgen` writes it.
fn demangled(name: &str) -> String {
    rustc_demangle::try_demangle(name).map_or_else(|_| name.to_owned(), |whole| whole.to_string())
}

/// A name without the hashes of crates (`core[0123…]::x`).
pub(crate) fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        match after.split_once(']') {
            Some((hash, then)) if hash.len() >= 12 && hash.chars().all(|c| c.is_ascii_hexdigit()) => rest = then,
            _ => {
                out.push('[');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// A name without the numbers of closures (`f::{closure#3}`): they change as soon as one is written before it.
pub(crate) fn numberless(name: &str) -> String {
    const CLOSURE: &str = "{closure#";
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once(CLOSURE) {
        out.push_str(before);
        out.push_str("{closure");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}

/// The module as `walrus` reads it.
pub(crate) fn parsed(module: &[u8]) -> Done<walrus::Module> {
    walrus::Module::from_buffer(module).map_err(|why| format!("the module cannot be read: {why:?}"))
}

fn data_symbol(symbol: &SymbolInfo) -> Option<Symbol> {
    let SymbolInfo::Data { flags, symbol: Some(at), .. } = symbol else { return None };
    let known = flags.intersects(SymbolFlags::EXPORTED | SymbolFlags::NO_STRIP | SymbolFlags::ABSOLUTE);
    Some(Symbol { segment: at.index as usize, bytes: at.offset..at.offset + at.size.max(1), known })
}

/// A number where a relocation says that an address stands: five bytes of LEB128 in code, four bytes in data.
fn held(module: &[u8], at: usize, kind: RelocationType) -> Done<u32> {
    let bytes = module.get(at..at + kind.extent()).ok_or("a relocation outside of the module")?;
    match kind {
        RelocationType::MemoryAddrI32 => Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
        RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb => {
            Ok(bytes.iter().rev().fold(0u32, |sum, byte| sum << 7 | u32::from(byte & 0x7f)))
        }
        other => Err(format!("an address of a kind that is not known here: {other:?}")),
    }
}

/// Writes a number where [`held`] reads one.
pub(crate) fn hold(module: &mut [u8], at: usize, kind: RelocationType, value: u32) {
    if kind == RelocationType::MemoryAddrI32 {
        module[at..at + 4].copy_from_slice(&value.to_le_bytes());
        return;
    }
    for n in 0..5 {
        let more = if n < 4 { 0x80 } else { 0 };
        module[at + n] = (value >> (7 * n)) as u8 & 0x7f | more;
    }
}

/// The module with those names for its functions, and without what only linkers read.
pub(crate) fn renamed(module: &[u8], linked: &Linked) -> Done<Vec<u8>> {
    let mut out = module.get(..8).ok_or("no wasm module")?.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.map_err(bad)?;
        let Some((id, range)) = payload.as_section() else { continue };
        let for_linkers = |name: &str| name == "linking" || name == "name" || name.starts_with("reloc.");
        if !matches!(&payload, Payload::CustomSection(custom) if for_linkers(custom.name())) {
            section(&mut out, id, &module[range]);
        }
    }
    let mut map = Vec::new();
    leb(&mut map, linked.functions.len());
    for (index, function) in linked.functions.iter().enumerate() {
        leb(&mut map, linked.imported + index);
        leb(&mut map, function.name.len());
        map.extend_from_slice(function.name.as_bytes());
    }
    let mut names = b"\x04name\x01".to_vec();
    leb(&mut names, map.len());
    names.extend_from_slice(&map);
    section(&mut out, 0, &names);
    Ok(out)
}

/// Appends a section.
pub(crate) fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    leb(out, content.len());
    out.extend_from_slice(content);
}

/// Appends a number as LEB128.
pub(crate) fn leb(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 & 0x7f | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

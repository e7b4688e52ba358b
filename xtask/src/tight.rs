//! What makes a module smaller once it is compressed, and changes nothing else: short names between the module and its JavaScript, and an order of functions
//! in which neighbours are alike.

use crate::linked::bad;
use crate::shell::Done;
use std::collections::BTreeMap;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, ExportKind, ExportSection, FunctionSection, ImportSection};
use wasmparser::{
    CodeSectionReader, ExportSectionReader, ExternalKind, FunctionSectionReader, ImportSectionReader, Parser, Payload, TypeRef,
};

/// `wasm-bindgen`'s JavaScript with short names for what the module imports of it, and which name became which.
///
/// It calls each after what it does and a hash, both in the module and here: 6 KB after brotli.
pub(crate) fn short(glue: &str, module: &[u8]) -> Done<(String, BTreeMap<String, String>)> {
    let (mut names, mut text) = (BTreeMap::new(), glue.to_owned());
    let mut replace = |name: &str, long: String, short: &dyn Fn(&str) -> String| {
        if names.contains_key(name) {
            return Ok(());
        }
        if text.matches(&long).count() != 1 {
            return Err(format!("this wasm-bindgen writes its imports otherwise: there is not one `{name}`"));
        }
        let other = format!("_{:x}", names.len());
        text = text.replacen(&long, &short(&other), 1);
        names.insert(name.to_owned(), other);
        Ok(())
    };
    for import in imports(module)? {
        replace(import.module, format!("\"{}\": ", import.module), &|name| format!("\"{name}\": "))?;
        replace(import.name, format!("\n        {}: ", import.name), &|name| format!("\n        {name}: "))?;
    }
    Ok((text, names))
}

/// `wasm-bindgen`'s JavaScript without comments and indentation, in words that trunk's minifier understands: it knows no `export { x as default }`.
///
/// # Errors
/// If there is a text of several lines in it, which would lose its indentation.
pub(crate) fn bare(glue: &str) -> Done<String> {
    let mut out = String::with_capacity(glue.len());
    let mut comment = false;
    for line in glue.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !comment && line.contains('`') && line.matches('`').count() % 2 == 1 {
            return Err(format!("this wasm-bindgen writes texts of several lines: `{line}`"));
        }
        comment |= line.starts_with("/*");
        if !comment && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        comment &= !line.ends_with("*/");
    }
    const DEFAULT: &str = ", __wbg_init as default };";
    Ok(out.replace(DEFAULT, " };\nexport default __wbg_init;"))
}

fn imports(module: &[u8]) -> Done<Vec<wasmparser::Import<'_>>> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.map_err(bad)? {
            for import in imports.into_imports() {
                all.push(import.map_err(bad)?);
            }
        }
    }
    Ok(all)
}

/// Both parts of the module with their functions sorted by type, and those of a type by how they begin; with other names for what the first imports.
///
/// Functions that are alike begin alike: they then lie so near that brotli finds them. What the second part imports of the first is numbered anew, so that
/// numbers rise in both.
pub(crate) fn both(first: &[u8], later: &[u8], names: &BTreeMap<String, String>) -> Done<Tight> {
    let mut own = Sorting::of(first)?;
    let mut exports = Vec::new();
    for payload in Parser::new(0).parse_all(first) {
        let Payload::ExportSection(all) = payload.map_err(bad)? else { continue };
        for export in all {
            let export = export.map_err(bad)?;
            if let (ExternalKind::Func, Ok(number)) = (export.kind, export.name.parse::<usize>()) {
                exports.push((own.place(export.index), number));
            }
        }
    }
    exports.sort_unstable();
    own.imports = names.clone();
    own.exports = exports.iter().enumerate().map(|(new, (_, old))| (old.to_string(), new.to_string())).collect();

    let mut theirs = Sorting::of(later)?;
    theirs.imports = own.exports.clone();
    let functions = imports(later)?.into_iter().filter(|import| matches!(import.ty, TypeRef::Func(_)));
    let mut order: Vec<(usize, usize)> = Vec::new();
    for (from, import) in functions.enumerate() {
        let new = own.exports.get(import.name).and_then(|new| new.parse().ok());
        order.push((new.ok_or_else(|| format!("the second part wants `{}`, which the first does not have", import.name))?, from));
    }
    order.sort_unstable();
    theirs.imported = vec![0; order.len()];
    for (to, (_, from)) in order.into_iter().enumerate() {
        theirs.imported[from] = to as u32;
    }
    let was = own.was();
    Ok(Tight { first: own.written(first)?, later: theirs.written(later)?, was })
}

/// Both parts as they are published.
pub(crate) struct Tight {
    pub(crate) first: Vec<u8>,
    pub(crate) later: Vec<u8>,
    /// The number that each function of the first part had before, imported ones in front.
    pub(crate) was: Vec<usize>,
}

/// Writes a module again, with its functions in another order.
struct Sorting {
    /// The new place of each function that is imported.
    imported: Vec<u32>,
    /// The other functions in their new order.
    order: Vec<usize>,
    /// The new place of each of these among them.
    places: Vec<u32>,
    /// Other names of imports and exports.
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

impl Sorting {
    fn of(module: &[u8]) -> Done<Sorting> {
        let (mut types, mut bodies) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(module) {
            match payload.map_err(bad)? {
                Payload::FunctionSection(functions) => types = functions.into_iter().collect::<Result<Vec<u32>, _>>().map_err(bad)?,
                Payload::CodeSectionEntry(body) => bodies.push(&module[body.range()]),
                _ => {}
            }
        }
        let mut order: Vec<usize> = (0..bodies.len()).collect();
        order.sort_by_key(|at| (types[*at], bodies[*at].get(..40).unwrap_or(bodies[*at])));
        let mut places = vec![0; order.len()];
        for (to, from) in order.iter().enumerate() {
            places[*from] = to as u32;
        }
        let imported = imports(module)?.iter().filter(|import| matches!(import.ty, TypeRef::Func(_))).count() as u32;
        Ok(Sorting { imported: (0..imported).collect(), order, places, imports: BTreeMap::new(), exports: BTreeMap::new() })
    }
    /// The old number of each function.
    fn was(&self) -> Vec<usize> {
        let mut was: Vec<usize> = vec![0; self.imported.len()];
        for (from, to) in self.imported.iter().enumerate() {
            was[*to as usize] = from;
        }
        was.extend(self.order.iter().map(|from| self.imported.len() + from));
        was
    }
    fn written(mut self, module: &[u8]) -> Done<Vec<u8>> {
        let mut out = wasm_encoder::Module::new();
        self.parse_core_module(&mut out, Parser::new(0), module).map_err(|why| format!("the module cannot be written: {why}"))?;
        Ok(out.finish())
    }
    /// The new number of a function.
    fn place(&self, function: u32) -> u32 {
        let imported = self.imported.len() as u32;
        self.imported.get(function as usize).copied().unwrap_or_else(|| imported + self.places[(function - imported) as usize])
    }
}

impl Reencode for Sorting {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.place(function))
    }
    fn parse_import_section(&mut self, imports: &mut ImportSection, section: ImportSectionReader<'_>) -> Result<(), Error<Infallible>> {
        let all = section.into_imports().collect::<Result<Vec<_>, _>>()?;
        let (functions, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|import| matches!(import.ty, TypeRef::Func(_)));
        let mut functions: Vec<_> = self.imported.iter().copied().zip(functions).collect();
        functions.sort_by_key(|(place, _)| *place);
        for import in functions.into_iter().map(|(_, import)| import).chain(others) {
            let ty = self.entity_type(import.ty)?;
            let other = |name| self.imports.get(name).map_or(name, String::as_str);
            imports.import(other(import.module), other(import.name), ty);
        }
        Ok(())
    }
    fn parse_export_section(&mut self, exports: &mut ExportSection, section: ExportSectionReader<'_>) -> Result<(), Error<Infallible>> {
        let all = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        let (mut renamed, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|export| self.exports.contains_key(export.name));
        renamed.sort_by_key(|export| self.place(export.index));
        for export in others {
            self.parse_export(exports, export)?;
        }
        for export in renamed {
            exports.export(&self.exports[export.name], ExportKind::Func, self.place(export.index));
        }
        Ok(())
    }
    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for from in &self.order {
            functions.function(types[*from]);
        }
        Ok(())
    }
    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error<Infallible>> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for from in self.order.clone() {
            self.parse_function_body(code, bodies[from].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use walrus::ir::Value;
    use walrus::{ConstExpr, FunctionBuilder, FunctionId, Module, ValType};

    /// A module that imports `needs` and has functions that return these numbers, exported by these names; the last calls what is imported.
    fn module(from: &str, needs: &[&str], own: &[(&str, i32)]) -> Vec<u8> {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[ValType::I32]);
        let there: Vec<FunctionId> = needs.iter().map(|name| module.add_import_func(from, name, ty).0).collect();
        for (at, (name, number)) in own.iter().enumerate() {
            let mut function = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            let mut body = function.func_body();
            for one in there.iter().filter(|_| at + 1 == own.len()) {
                body.call(*one).drop();
            }
            body.i32_const(*number);
            let function = function.finish(Vec::new(), &mut module.funcs);
            module.exports.add(name, function);
        }
        let here = module.globals.add_local(ValType::I32, true, false, ConstExpr::Value(Value::I32(0)));
        module.exports.add("here", here);
        module.emit_wasm()
    }

    /// Of each exported function the numbers in it, and the names of the functions it calls.
    fn said(module: &[u8]) -> BTreeMap<String, (BTreeSet<i32>, Vec<String>)> {
        struct Said(BTreeSet<i32>, Vec<FunctionId>);
        impl walrus::ir::Visitor<'_> for Said {
            fn visit_const(&mut self, number: &walrus::ir::Const) {
                if let Value::I32(number) = number.value {
                    self.0.insert(number);
                }
            }
            fn visit_call(&mut self, call: &walrus::ir::Call) {
                self.1.push(call.func);
            }
        }
        let module = Module::from_buffer(module).expect("a module");
        let mut all = BTreeMap::new();
        for export in module.exports.iter() {
            let walrus::ExportItem::Function(id) = export.item else { continue };
            let local = module.funcs.get(id).kind.unwrap_local();
            let mut said = Said(BTreeSet::new(), Vec::new());
            walrus::ir::dfs_in_order(&mut said, local, local.entry_block());
            let name = |id: &FunctionId| module.imports.get(module.funcs.get(*id).kind.unwrap_import().import).name.clone();
            all.insert(export.name.clone(), (said.0, said.1.iter().map(name).collect()));
        }
        all
    }

    #[test]
    fn in_another_order_each_function_is_what_it_was_and_both_parts_agree_on_the_names() {
        let first = module("./glue.js", &["alert", "log"], &[("0", 900), ("1", 7), ("run", 3), ("2", 500)]);
        let later = module("", &["2", "0", "1"], &[("late", 1), ("caller", 2)]);
        let names =
            BTreeMap::from([("alert".to_owned(), "_1".to_owned()), ("./glue.js".to_owned(), "_0".to_owned()), ("log".into(), "_2".into())]);
        let Tight { first: new_first, later: new_later, was } = both(&first, &later, &names).expect("two modules");
        let bodies = |module: &[u8]| -> Vec<Vec<u8>> {
            let code = Parser::new(0).parse_all(module).filter_map(|payload| match payload {
                Ok(Payload::CodeSectionEntry(body)) => Some(module[body.range()].to_vec()),
                _ => None,
            });
            code.collect()
        };
        let alike = bodies(&new_first).iter().zip(&was[2..]).filter(|(new, old)| **new == bodies(&first)[**old - 2]).count();
        assert_eq!((alike, was.len()), (4, 6), "it is known which function is which");
        let (ours, theirs) = (said(&new_first), said(&new_later));
        assert_eq!(ours["run"].0, BTreeSet::from([3]));
        assert_eq!((&theirs["late"].0, &theirs["caller"].0), (&BTreeSet::from([1]), &BTreeSet::from([2])));
        // What the second part calls is what it called: the functions with these numbers, one after another.
        let called: Vec<i32> = theirs["caller"].1.iter().map(|name| *ours[name].0.first().expect("a number")).collect();
        assert_eq!(called, [500, 900, 7]);
        let caller = ours.values().find(|(_, calls)| !calls.is_empty()).expect("one calls");
        assert_eq!(caller.1, ["_1", "_2"]);
        assert!(both(&first, &module("", &["5"], &[("late", 1)]), &names).is_err());
    }

    #[test]
    fn imports_get_short_names_in_both_and_the_javascript_loses_what_nobody_reads() {
        let glue = "/**\n * Docs.\n */\nfunction f() {\n    const import0 = {\n        alert: function() { g(); },\n        // A note.\n        log: h,\n    };\n    return { \"./glue.js\": import0 };\n}\n";
        let first = module("./glue.js", &["alert", "log"], &[("run", 3)]);
        let (text, names) = short(glue, &first).expect("known");
        let (alert, log, from) = (&names["alert"], &names["log"], &names["./glue.js"]);
        assert!(
            text.contains(&format!("{alert}: function()"))
                && text.contains(&format!("{log}: h"))
                && text.contains(&format!("\"{from}\": import0"))
        );
        assert_eq!(BTreeSet::from([alert, log, from]).len(), 3);
        assert_eq!(
            bare(&text).expect("one line each"),
            format!(
                "function f() {{\nconst import0 = {{\n{alert}: function() {{ g(); }},\n{log}: h,\n}};\nreturn {{ \"{from}\": import0 }};\n}}\n"
            )
        );
        assert!(short("nothing", &first).is_err() && bare("let a = `b\n  c`").is_err());
    }
}

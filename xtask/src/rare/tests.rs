//! Random functions do what they did, whatever is taken out of them.

use super::*;
use std::ops::ControlFlow;
use walrus::ir::BinaryOp;

/// Numbers that look like chance.
struct Chance(u64);
impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }
}

/// A function of two numbers that branches at random, notes numbers on its way and returns one.
struct Writer {
    chance: Chance,
    builder: FunctionBuilder,
    locals: Vec<LocalId>,
    note: FunctionId,
}
impl Writer {
    fn get(&mut self, seq: InstrSeqId) {
        let local = self.locals[self.chance.below(self.locals.len())];
        self.builder.instr_seq(seq).local_get(local);
    }
    /// Statements within `around`, of which the last is this one.
    fn statements(&mut self, seq: InstrSeqId, around: &mut Vec<InstrSeqId>, depth: usize) {
        for _ in 0..1 + self.chance.below(4) {
            let branch = around[self.chance.below(around.len())];
            match self.chance.below(if depth == 0 { 5 } else { 9 }) {
                0 | 1 => {
                    self.get(seq);
                    self.get(seq);
                    let op = [BinaryOp::I32Add, BinaryOp::I32Xor, BinaryOp::I32LtU][self.chance.below(3)];
                    let local = self.locals[self.chance.below(self.locals.len())];
                    self.builder.instr_seq(seq).binop(op).local_set(local);
                }
                2 => {
                    self.get(seq);
                    self.builder.instr_seq(seq).call(self.note);
                }
                3 => {
                    let (local, value) = (self.locals[self.chance.below(self.locals.len())], self.chance.below(5) as i32);
                    self.builder.instr_seq(seq).i32_const(value).local_tee(local).drop();
                }
                4 if branch != around[0] => {
                    self.get(seq);
                    self.builder.instr_seq(seq).i32_const(2).binop(BinaryOp::I32LtU).br_if(branch);
                }
                5 => {
                    let inner = self.inner(around, depth);
                    self.builder.instr_seq(seq).instr(ir::Block { seq: inner });
                }
                6 => {
                    let inner = self.inner(around, depth);
                    self.builder.instr_seq(seq).instr(ir::Loop { seq: inner });
                }
                7 => {
                    self.get(seq);
                    let (consequent, alternative) = (self.inner(around, depth), self.inner(around, depth));
                    self.builder.instr_seq(seq).instr(ir::IfElse { consequent, alternative });
                }
                _ => {}
            }
        }
        match self.chance.below(8) {
            0 if around.len() > 1 => {
                let branch = around[1 + self.chance.below(around.len() - 1)];
                self.builder.instr_seq(seq).br(branch);
            }
            1 if around.len() > 2 => {
                self.get(seq);
                let blocks: Vec<InstrSeqId> = (0..3).map(|_| around[1 + self.chance.below(around.len() - 1)]).collect();
                self.builder.instr_seq(seq).br_table(blocks.into_boxed_slice(), around[1]);
            }
            2 if around.len() > 1 => {
                self.get(seq);
                self.builder.instr_seq(seq).return_();
            }
            3 if around.len() > 1 => {
                self.builder.instr_seq(seq).unreachable();
            }
            _ => {}
        }
    }
    fn inner(&mut self, around: &mut Vec<InstrSeqId>, depth: usize) -> InstrSeqId {
        let seq = self.builder.dangling_instr_seq(None).id();
        around.push(seq);
        self.statements(seq, around, depth - 1);
        around.pop();
        seq
    }
}

/// A module with such a function, `f`.
fn module(seed: u64) -> Module {
    let mut module = Module::default();
    let ty = module.types.add(&[ValType::I32], &[]);
    let (note, _) = module.add_import_func("./glue.js", "note", ty);
    let builder = FunctionBuilder::new(&mut module.types, &[ValType::I32, ValType::I32], &[ValType::I32]);
    let locals: Vec<LocalId> = (0..5).map(|_| module.locals.add(ValType::I32)).collect();
    let args = locals[..2].to_vec();
    let mut writer = Writer { chance: Chance(seed), builder, locals, note };
    let entry = writer.builder.func_body_id();
    writer.statements(entry, &mut vec![entry], 4);
    writer.get(entry);
    writer.builder.name("resync_core::f".into());
    let f = writer.builder.finish(args, &mut module.funcs);
    module.exports.add("f", f);
    crate::linked::parsed(&module.emit_wasm()).expect("a module")
}

enum Left {
    To(InstrSeqId),
    Returned,
    Stuck,
}

/// Runs a function of such a module.
struct Run<'a> {
    module: &'a Module,
    noted: Vec<i32>,
    steps: usize,
}
impl Run<'_> {
    fn call(&mut self, id: FunctionId, stack: &mut Vec<i32>) -> ControlFlow<Left> {
        let ty = self.module.types.get(self.module.funcs.get(id).ty());
        let args = stack.split_off(stack.len() - ty.params().len());
        let Some(function) = local(self.module, id) else {
            self.noted.extend(args);
            return ControlFlow::Continue(());
        };
        let mut locals: BTreeMap<LocalId, i32> = function.args.iter().copied().zip(args).collect();
        let mut own = Vec::new();
        match self.seq(function, function.entry_block(), &mut locals, &mut own) {
            ControlFlow::Break(Left::Stuck) => return ControlFlow::Break(Left::Stuck),
            ControlFlow::Break(Left::To(block)) => assert_eq!(block, function.entry_block()),
            _ => {}
        }
        stack.extend(own.split_off(own.len() - ty.results().len()));
        ControlFlow::Continue(())
    }
    fn seq(&mut self, f: &LocalFunction, seq: InstrSeqId, locals: &mut BTreeMap<LocalId, i32>, stack: &mut Vec<i32>) -> ControlFlow<Left> {
        for (instr, _) in &f.block(seq).instrs {
            self.steps = self.steps.checked_sub(1).map_or(0, |left| left);
            if self.steps == 0 {
                return ControlFlow::Break(Left::Stuck);
            }
            let mut pop = || stack.pop().expect("a value");
            match instr {
                Instr::LocalGet(get) => stack.push(locals.get(&get.local).copied().unwrap_or(0)),
                Instr::LocalSet(set) => drop(locals.insert(set.local, pop())),
                Instr::LocalTee(tee) => drop(locals.insert(tee.local, *stack.last().expect("a value"))),
                Instr::Const(ir::Const { value: Value::I32(value) }) => stack.push(*value),
                Instr::Drop(_) => drop(pop()),
                Instr::Binop(binop) => {
                    let (b, a) = (pop(), pop());
                    stack.push(match binop.op {
                        BinaryOp::I32Add => a.wrapping_add(b),
                        BinaryOp::I32Xor => a ^ b,
                        BinaryOp::I32LtU => i32::from((a as u32) < b as u32),
                        BinaryOp::I32Eq => i32::from(a == b),
                        other => panic!("{other:?}"),
                    });
                }
                Instr::Call(call) => self.call(call.func, stack)?,
                Instr::Br(br) => return ControlFlow::Break(Left::To(br.block)),
                Instr::BrIf(br) if pop() != 0 => return ControlFlow::Break(Left::To(br.block)),
                Instr::BrIf(_) => {}
                Instr::BrTable(table) => {
                    let to = table.blocks.get(pop() as u32 as usize).copied().unwrap_or(table.default);
                    return ControlFlow::Break(Left::To(to));
                }
                Instr::Return(_) => return ControlFlow::Break(Left::Returned),
                Instr::Unreachable(_) => return ControlFlow::Break(Left::Stuck),
                Instr::Block(_) | Instr::Loop(_) | Instr::IfElse(_) => {
                    let inner = match instr {
                        Instr::IfElse(arms) => {
                            if pop() != 0 {
                                arms.consequent
                            } else {
                                arms.alternative
                            }
                        }
                        other => within(other)[0].expect("a sequence"),
                    };
                    let height = stack.len();
                    loop {
                        match self.seq(f, inner, locals, stack) {
                            ControlFlow::Break(Left::To(block)) if block == inner => {
                                stack.truncate(height);
                                if !matches!(instr, Instr::Loop(_)) {
                                    break;
                                }
                            }
                            ControlFlow::Continue(()) => break,
                            left => return left,
                        }
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        ControlFlow::Continue(())
    }
}

/// What `f` returns and notes for these numbers; nothing if it does not end.
fn ran(module: &Module, args: [i32; 2], steps: usize) -> (Option<i32>, Vec<i32>, bool) {
    let f = module.exports.get_func("f").expect("it is exported");
    let mut run = Run { module, noted: Vec::new(), steps };
    let mut stack = args.to_vec();
    let went = run.call(f, &mut stack);
    let tired = run.steps == 0;
    (went.is_continue().then(|| stack[0]), run.noted, tired)
}

#[test]
fn whatever_is_taken_out_a_function_does_what_it_did() {
    let (mut taken, mut ways) = (0, BTreeSet::new());
    for seed in 0..3_000 {
        let mut module = module(seed);
        let (id, function) = module.funcs.iter_local().next().expect("`f`");
        let name = module.funcs.get(id).name.clone().expect("a name");
        let count = places(function).len();
        let mut chance = Chance(seed ^ 0x5eed);
        let some: Vec<usize> = (1..count).filter(|_| chance.below(3) == 0).collect();
        let rare = Rare { places: BTreeMap::from([(key(&name, function), some)]), least: 0 };
        let before: Vec<_> = [[0, 0], [1, 7], [3, 1]].map(|args| ran(&module, args, 2_000)).into();
        for piece in all(&module, &rare, &|_| true).iter().flat_map(|(.., pieces)| pieces) {
            ways.insert((piece.ways.len(), piece.ways.last() == Some(&Way::Return), piece.ways.contains(&Way::On)));
        }
        taken += apart(&mut module, &rare, &|_| true).expect("a module");
        let again = crate::linked::parsed(&module.emit_wasm()).expect("it is valid");
        for (args, before) in [[0, 0], [1, 7], [3, 1]].into_iter().zip(before) {
            if !before.2 {
                assert_eq!(ran(&again, args, 100_000), before, "seed {seed}, {args:?}");
            }
        }
    }
    assert!(taken > 2_000, "{taken}");
    assert!(ways.len() >= 10, "all kinds of ways were met: {ways:?}");
}

#[test]
fn the_list_knows_a_function_by_its_shape() {
    let one =
        (0..).map(module).find(|one| one.funcs.iter_local().all(|(_, function)| places(function).len() > 3)).expect("one that branches");
    let (_, function) = one.funcs.iter_local().next().expect("`f`");
    let count = places(function).len();
    let (name, own) = ("resync_core[0123456789abcdef]::f", key("resync_core[0123456789abcdef]::f", function));
    let mut reached = vec![true; count];
    reached[count - 1] = false;
    let text = Rare::written(&[(own, reached.clone()), (own, reached), (1, vec![false; 4]), (2, vec![true; 4])]);
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), [format!("{own:016x} {}", count - 1)]);
    let rare = Rare::read(&text);
    assert_eq!(rare.ends("resync_core[fedcba9876543210]::f", function).len(), 1, "in another build of its crate");
    assert!(rare.ends("resync_core::g", function).is_empty());
    let other = module(3_000);
    let (_, changed) = other.funcs.iter_local().next().expect("`f`");
    assert!(rare.ends(name, changed).is_empty(), "it has changed: all of it stays");
}

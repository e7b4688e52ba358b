//! From pieces to the tree.

use super::lex::{Token, tokens};
use super::{Aggregate, Binary, DEPTH_MAX, Expr, ExprError, Function, Grouping, Kind, Many, Match, Matcher, Op, Selector, Wrong};
use crate::series::NAME;

/// Reads an expression.
///
/// # Errors
/// Says where the text is no expression, or what of the language is not here.
pub fn parse(text: &str) -> Result<Expr, ExprError> {
    let mut reader = Reader { tokens: tokens(text)?, at: 0, end: text.len(), depth: 0 };
    let expr = reader.operators(0)?;
    match reader.peek() {
        None => Ok(expr),
        Some(_) => Err(reader.unexpected("an operator or the end")),
    }
}

struct Reader {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    depth: usize,
}

type Read<T> = Result<T, ExprError>;

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }
    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }
    fn wrong<T>(&self, why: Wrong) -> Read<T> {
        Err(ExprError { at: self.place(), why })
    }
    fn unexpected(&self, wanted: &'static str) -> ExprError {
        let why = self.peek().map_or(Wrong::Ends, |token| Wrong::Unexpected { found: token.shown(), wanted });
        ExprError { at: self.place(), why }
    }
    /// Takes this sign if it is next.
    fn takes(&mut self, sign: &str) -> bool {
        let here = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(here);
        here
    }
    fn wants(&mut self, sign: &str, wanted: &'static str) -> Read<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.unexpected(wanted)) }
    }
    /// Takes this keyword if it is next; case does not matter.
    fn takes_word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(here);
        here
    }
    fn operator(&self) -> Option<Op> {
        match self.peek()? {
            Token::Sign(sign) => Op::of(sign),
            Token::Word(word) => Op::of(&word.to_ascii_lowercase()).filter(|op| op.of_sets()),
            _ => None,
        }
    }

    /// Operators that bind at least so firmly.
    fn operators(&mut self, least: u8) -> Read<Expr> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return self.wrong(Wrong::Deep);
        }
        let mut left = self.signed()?;
        while let Some(op) = self.operator().filter(|op| op.binds() >= least) {
            let place = self.place();
            self.at += 1;
            let says = self.takes_word("bool");
            let (matching, many) = self.matching()?;
            // ^ alone goes from right to left.
            let right = self.operators(if op == Op::Pow { op.binds() } else { op.binds() + 1 })?;
            let binary = Binary { op, says, matching, many, left, right };
            check(&binary).map_err(|why| ExprError { at: place, why })?;
            left = Expr::Binary(Box::new(binary));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn matching(&mut self) -> Read<(Grouping, Option<Many>)> {
        let these = self.takes_word("on");
        if !these && !self.takes_word("ignoring") {
            return Ok((Grouping::default(), None));
        }
        let matching = Grouping { these, labels: self.labels()? };
        let left = self.takes_word("group_left");
        let many = if left || self.takes_word("group_right") {
            let with = if matches!(self.peek(), Some(Token::Sign("("))) { self.labels()? } else { Vec::new() };
            Some(Many { left, with })
        } else {
            None
        };
        Ok((matching, many))
    }

    /// `(a, b)`
    fn labels(&mut self) -> Read<Vec<String>> {
        self.wants("(", "a list of labels in brackets")?;
        let mut all = Vec::new();
        while !self.takes(")") {
            let Some(Token::Word(word)) = self.peek() else { return Err(self.unexpected("a label")) };
            all.push(word.clone());
            self.at += 1;
            if !self.takes(",") {
                self.wants(")", "a comma or the closing bracket")?;
                break;
            }
        }
        Ok(all)
    }

    /// A sign binds less firmly than ^ and more firmly than *.
    fn signed(&mut self) -> Read<Expr> {
        let place = self.place();
        if self.takes("-") {
            let inner = self.operators(Op::Pow.binds())?;
            if inner.kind() == Kind::Range {
                return Err(ExprError { at: place, why: Wrong::Kind { given: Kind::Range, by: "-".to_owned() } });
            }
            return Ok(if let Expr::Number(value) = inner { Expr::Number(-value) } else { Expr::Negated(Box::new(inner)) });
        }
        if self.takes("+") {
            return self.operators(Op::Pow.binds());
        }
        self.one()
    }

    fn one(&mut self) -> Read<Expr> {
        match self.peek() {
            Some(Token::Number(value)) => {
                let value = *value;
                self.at += 1;
                Ok(Expr::Number(value))
            }
            Some(Token::Sign("(")) => {
                self.at += 1;
                let inner = self.operators(0)?;
                self.wants(")", "the closing bracket")?;
                if matches!(self.peek(), Some(Token::Sign("["))) {
                    return self.wrong(Wrong::Absent("a subquery"));
                }
                Ok(inner)
            }
            Some(Token::Sign("{")) => self.selector(None),
            Some(Token::Text(_)) => self.wrong(Wrong::Absent("a text by itself")),
            Some(Token::Word(word)) => {
                let word = word.clone();
                let called = matches!(self.tokens.get(self.at + 1), Some((_, Token::Sign("("))));
                let grouped = matches!(self.tokens.get(self.at + 1), Some((_, Token::Word(next))) if next.eq_ignore_ascii_case("by") || next.eq_ignore_ascii_case("without"));
                if let Some(aggregate) = Aggregate::of(&word.to_ascii_lowercase()).filter(|_| called || grouped) {
                    self.at += 1;
                    self.aggregate(aggregate)
                } else if called {
                    let place = self.place();
                    let function = Function::of(&word).ok_or(ExprError { at: place, why: Wrong::Function(word) })?;
                    self.at += 1;
                    self.call(function, place)
                } else {
                    self.selector(Some(word))
                }
            }
            _ => Err(self.unexpected("a metric, a number or a function")),
        }
    }

    fn aggregate(&mut self, aggregate: Aggregate) -> Read<Expr> {
        let mut grouping = self.grouping()?;
        let place = self.place();
        let mut inner = self.arguments()?;
        if grouping.is_none() {
            grouping = self.grouping()?;
        }
        let wrong = |why| Err(ExprError { at: place, why });
        let Some(expr) = inner.pop().filter(|_| inner.is_empty()) else {
            return wrong(Wrong::Arguments(aggregate.word().to_owned(), inner.len() + 1));
        };
        if expr.kind() != Kind::Vector {
            return wrong(Wrong::Kind { given: expr.kind(), by: aggregate.word().to_owned() });
        }
        // Without a clause all elements are one group.
        let grouping = grouping.unwrap_or(Grouping { these: true, labels: Vec::new() });
        Ok(Expr::Aggregate(aggregate, grouping, Box::new(expr)))
    }

    fn grouping(&mut self) -> Read<Option<Grouping>> {
        let these = self.takes_word("by");
        if !these && !self.takes_word("without") {
            return Ok(None);
        }
        Ok(Some(Grouping { these, labels: self.labels()? }))
    }

    fn arguments(&mut self) -> Read<Vec<Expr>> {
        self.wants("(", "the opening bracket")?;
        let mut all = Vec::new();
        while !self.takes(")") {
            all.push(self.operators(0)?);
            if !self.takes(",") {
                self.wants(")", "a comma or the closing bracket")?;
                break;
            }
        }
        Ok(all)
    }

    fn call(&mut self, function: Function, place: usize) -> Read<Expr> {
        let arguments = self.arguments()?;
        let (takes, last_may_be_absent) = function.takes();
        let least = takes.len() - usize::from(last_may_be_absent);
        if arguments.len() < least || arguments.len() > takes.len() {
            return Err(ExprError { at: place, why: Wrong::Arguments(function.word().to_owned(), arguments.len()) });
        }
        for (argument, takes) in arguments.iter().zip(takes) {
            if argument.kind() != *takes {
                return Err(ExprError { at: place, why: Wrong::Kind { given: argument.kind(), by: function.word().to_owned() } });
            }
        }
        Ok(Expr::Call(function, arguments))
    }

    fn selector(&mut self, name: Option<String>) -> Read<Expr> {
        let place = self.place();
        let mut selector = Selector::default();
        if let Some(name) = name {
            self.at += 1;
            selector.matchers.push(Matcher { label: NAME.to_owned(), how: Match::Is, value: name });
        }
        if self.takes("{") {
            while !self.takes("}") {
                selector.matchers.push(self.matcher()?);
                if !self.takes(",") {
                    self.wants("}", "a comma or the closing brace")?;
                    break;
                }
            }
        }
        // As Prometheus has it: something has to be named.
        let names = |m: &Matcher| match m.how {
            Match::Is => !m.value.is_empty(),
            Match::IsNot => m.value.is_empty(),
            Match::Like => pattern(&m.value).is_some_and(|it| !it.is_match("")),
            Match::NotLike => pattern(&m.value).is_some_and(|it| it.is_match("")),
        };
        if !selector.matchers.iter().any(names) {
            return Err(ExprError { at: place, why: Wrong::Everything });
        }
        let range = if self.takes("[") {
            let Some(Token::Span(ms)) = self.peek() else { return Err(self.unexpected("a span like 5m")) };
            let ms = *ms;
            self.at += 1;
            if self.takes(":") {
                return self.wrong(Wrong::Absent("a subquery"));
            }
            self.wants("]", "the closing bracket")?;
            Some(ms)
        } else {
            None
        };
        if self.takes_word("offset") {
            let back = self.takes("-");
            let Some(Token::Span(ms)) = self.peek() else { return Err(self.unexpected("a span like 5m")) };
            selector.offset_ms = if back { -*ms } else { *ms };
            self.at += 1;
        }
        if matches!(self.peek(), Some(Token::Sign("@"))) {
            return self.wrong(Wrong::Absent("`@`"));
        }
        Ok(match range {
            Some(ms) => Expr::Range(selector, ms),
            None => Expr::Vector(selector),
        })
    }

    fn matcher(&mut self) -> Read<Matcher> {
        let Some(Token::Word(label)) = self.peek() else { return Err(self.unexpected("a label")) };
        let label = label.clone();
        self.at += 1;
        let how = match self.peek() {
            Some(Token::Sign("=")) => Match::Is,
            Some(Token::Sign("!=")) => Match::IsNot,
            Some(Token::Sign("=~")) => Match::Like,
            Some(Token::Sign("!~")) => Match::NotLike,
            _ => return Err(self.unexpected("one of = != =~ !~")),
        };
        self.at += 1;
        let Some(Token::Text(value)) = self.peek() else { return Err(self.unexpected("a text in quotes")) };
        let value = value.clone();
        if matches!(how, Match::Like | Match::NotLike) && pattern(&value).is_none() {
            return self.wrong(Wrong::Pattern(value));
        }
        self.at += 1;
        Ok(Matcher { label, how, value })
    }
}

/// The pattern that a whole value has to be like.
pub(crate) fn pattern(text: &str) -> Option<regex_lite::Regex> {
    regex_lite::Regex::new(&format!("^(?s:{text})$")).ok()
}

/// What operators can take.
fn check(binary: &Binary) -> Result<(), Wrong> {
    let (left, right) = (binary.left.kind(), binary.right.kind());
    let refuse = |given| Err(Wrong::Kind { given, by: binary.op.word().to_owned() });
    for side in [left, right] {
        if side == Kind::Range || (binary.op.of_sets() && side == Kind::Scalar) {
            return refuse(side);
        }
    }
    if binary.says && !binary.op.compares() {
        return Err(Wrong::NoComparison);
    }
    if binary.op.compares() && !binary.says && left == Kind::Scalar && right == Kind::Scalar {
        return Err(Wrong::Bool);
    }
    if binary.many.is_some() && binary.op.of_sets() {
        return Err(Wrong::Absent("group_left between sets"));
    }
    Ok(())
}

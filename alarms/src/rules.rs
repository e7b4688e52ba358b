//! Rule files of Prometheus: YAML with groups, or a few rules out of one, as people paste them.
//!
//! The reader of YAML is `saphyr-parser`; what is looked for in it is every mapping that has `alert`, wherever it stands: in `groups`, in a PrometheusRule of
//! Kubernetes, or in a bare list.

use crate::alert::Rule;
use crate::expr::{ExprError, span_ms};
use saphyr_parser::{Event, Parser, ScanError};
use std::fmt;

/// Longer than this a file is refused, bytes.
pub const TEXT_MAX: usize = 128 * 1024;
/// More rules than this are refused.
pub const RULES_MAX: usize = 64;
/// Nested deeper than this a file is refused.
const DEPTH_MAX: usize = 32;

/// Why a text is no file of rules, and in which line, from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RulesError {
    /// The line.
    pub line: usize,
    /// What is wrong there.
    pub why: Wrong,
}

/// What is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It is no YAML; the reader's own words.
    Yaml(String),
    /// Longer than [`TEXT_MAX`], deeper than a file of rules, or more than [`RULES_MAX`] rules.
    Large,
    /// An alias (`*name`), which is not followed.
    Alias,
    /// There is no rule that alerts in it.
    NoRules,
    /// An alert without an expression; its name.
    NoExpr(String),
    /// The expression of an alert cannot be read.
    Expr(String, ExprError),
    /// `for` or `keep_firing_for` is no span of time.
    Span(String),
}

impl fmt::Display for RulesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.why {
            Wrong::Yaml(why) => write!(f, "no YAML: {why}"),
            Wrong::Large => write!(f, "a file has at most {TEXT_MAX} bytes and {RULES_MAX} alerts, and is not nested deeply"),
            Wrong::Alias => f.write_str("an alias is not followed"),
            Wrong::NoRules => f.write_str("no alert is in it"),
            Wrong::NoExpr(name) => write!(f, "{name} has no expr"),
            Wrong::Expr(name, why) => write!(f, "{name}: {why}"),
            Wrong::Span(text) => write!(f, "`{text}` is no span of time; 30s, 5m and 1h30m are"),
        }
    }
}

impl std::error::Error for RulesError {}

/// Whether a text is meant as a file of rules, not as an expression.
#[must_use]
pub fn is_file(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start().trim_start_matches("- ").trim_start();
        ["alert:", "groups:", "expr:", "rules:"].iter().any(|key| line.starts_with(key))
    })
}

/// A value with the line in which it begins.
struct Node {
    line: usize,
    what: What,
}

enum What {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    fn get(&self, key: &str) -> Option<&Node> {
        if let What::Map(pairs) = &self.what { pairs.iter().find(|(name, _)| name == key).map(|(_, node)| node) } else { None }
    }
    fn text(&self) -> Option<&str> {
        if let What::Text(text) = &self.what { Some(text) } else { None }
    }
}

/// The alerts of a file, in their order. Rules that record are passed over.
///
/// # Errors
/// Where the text is no YAML, or an alert in it cannot be tried here: the first such place.
pub fn read(text: &str) -> Result<Vec<Rule>, RulesError> {
    if text.len() > TEXT_MAX {
        return Err(RulesError { line: 1, why: Wrong::Large });
    }
    let mut documents = Vec::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|why| yaml(&why))?;
        match event {
            Event::StreamEnd => break,
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            event => documents.push(node(event, span.start.line(), &mut parser, 0)?),
        }
    }
    let mut rules = Vec::new();
    for document in &documents {
        alerts(document, &mut rules)?;
    }
    if rules.is_empty() { Err(RulesError { line: 1, why: Wrong::NoRules }) } else { Ok(rules) }
}

fn yaml(why: &ScanError) -> RulesError {
    RulesError { line: why.marker().line().max(1), why: Wrong::Yaml(why.info().to_owned()) }
}

type Reader<'a> = Parser<'a, saphyr_parser::StrInput<'a>>;

/// The value that begins with this event.
fn node<'a>(event: Event<'a>, line: usize, parser: &mut Reader<'a>, depth: usize) -> Result<Node, RulesError> {
    if depth > DEPTH_MAX {
        return Err(RulesError { line, why: Wrong::Large });
    }
    let next = |parser: &mut Reader<'a>| match parser.next_event() {
        Some(event) => event.map(|(event, span)| (event, span.start.line())).map_err(|why| yaml(&why)),
        None => Err(RulesError { line, why: Wrong::Yaml("it ends too early".to_owned()) }),
    };
    let what = match event {
        Event::Scalar(text, ..) => What::Text(text.into_owned()),
        Event::SequenceStart(..) => {
            let mut all = Vec::new();
            loop {
                match next(parser)? {
                    (Event::SequenceEnd, _) => break What::List(all),
                    (event, line) => all.push(node(event, line, parser, depth + 1)?),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut all = Vec::new();
            loop {
                let (event, at) = next(parser)?;
                if event == Event::MappingEnd {
                    break What::Map(all);
                }
                let key = node(event, at, parser, depth + 1)?;
                let (event, at) = next(parser)?;
                let value = node(event, at, parser, depth + 1)?;
                all.push((key.text().unwrap_or_default().to_owned(), value));
            }
        }
        Event::Alias(_) => return Err(RulesError { line, why: Wrong::Alias }),
        _ => What::Text(String::new()),
    };
    Ok(Node { line, what })
}

/// The alerts in a value and below it.
fn alerts(node: &Node, rules: &mut Vec<Rule>) -> Result<(), RulesError> {
    if let Some(name) = node.get("alert").and_then(Node::text) {
        if rules.len() == RULES_MAX {
            return Err(RulesError { line: node.line, why: Wrong::Large });
        }
        rules.push(rule(node, name)?);
        return Ok(());
    }
    match &node.what {
        What::Text(_) => Ok(()),
        What::List(all) => all.iter().try_for_each(|one| alerts(one, rules)),
        What::Map(all) => all.iter().try_for_each(|(_, one)| alerts(one, rules)),
    }
}

fn rule(node: &Node, name: &str) -> Result<Rule, RulesError> {
    let Some(expr) = node.get("expr") else { return Err(RulesError { line: node.line, why: Wrong::NoExpr(name.to_owned()) }) };
    let Some(text) = expr.text().map(str::trim_end) else {
        return Err(RulesError { line: expr.line, why: Wrong::NoExpr(name.to_owned()) });
    };
    let span = |key: &str| match node.get(key).map(|node| (node, node.text().unwrap_or_default())) {
        None => Ok(0),
        Some((_, "0")) => Ok(0),
        Some((node, text)) => span_ms(text).ok_or_else(|| RulesError { line: node.line, why: Wrong::Span(text.to_owned()) }),
    };
    let mut rule = Rule::new(name, text, span("for")?).map_err(|why| {
        // A block begins where its first line does, below its sign.
        let before = text.get(..why.at).unwrap_or(text).matches('\n').count();
        RulesError { line: expr.line + before, why: Wrong::Expr(name.to_owned(), why) }
    })?;
    rule.keep_ms = span("keep_firing_for")?;
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As people's files are: groups, labels, annotations with templates, a rule that records, an expression over several lines.
    const FILE: &str = "# replication\ngroups:\n- name: redis\n  interval: 15s\n  rules:\n  - record: redis:gap\n    expr: redis_master_repl_offset\n  - alert: RedisReplicationLag\n    expr: redis_connected_slave_lag_seconds > 5\n    for: 2m\n    labels: { severity: warning }\n    annotations:\n      summary: \"Lag on {{ $labels.instance }}\"\n      description: |\n        lag is {{ $value }}\n        alert: none\n  - alert: 'Down'\n    keep_firing_for: 5m\n    expr: |\n      redis_master_link_up == 0\n      and on (instance)\n        redis_up == 1\n";

    #[test]
    fn a_file_of_rules_is_read() {
        assert!(is_file(FILE) && !is_file("redis_connected_slave_lag_seconds > 5"));
        let rules = read(FILE).expect("a file");
        let told: Vec<(&str, i64, i64)> = rules.iter().map(|rule| (rule.name.as_str(), rule.for_ms, rule.keep_ms)).collect();
        assert_eq!(told, [("RedisReplicationLag", 120_000, 0), ("Down", 0, 300_000)]);
        assert!(rules[1].text.contains("and on (instance)"));
        // Out of a file, and wrapped as Kubernetes has it.
        let one = read("- alert: A\n  expr: a > 1\n- alert: B\n  expr: 'b > 2'\n  for: 0\n").expect("a list");
        assert_eq!(one.len(), 2);
        let one = read("alert: A\nexpr: a > 1\n").expect("one");
        assert_eq!(one.len(), 1);
        let wrapped = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n  groups:\n    - name: g\n      rules:\n        - {alert: A, expr: \"a > 1\"}\n---\nother: 1\n";
        assert_eq!(read(wrapped).expect("a document").len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_line() {
        let line = |text: &str| {
            let why = read(text).expect_err(text);
            (why.line, why.why)
        };
        assert_eq!(line(&FILE.replace("and on (instance)", "and on instance")).0, 21);
        assert!(matches!(line(&FILE.replace("> 5", "> > 5")), (9, Wrong::Expr(name, _)) if name == "RedisReplicationLag"));
        assert_eq!(line(&FILE.replace("for: 2m", "for: soon")), (10, Wrong::Span("soon".to_owned())));
        assert_eq!(line("- alert: A\n  for: 1m\n"), (1, Wrong::NoExpr("A".to_owned())));
        assert_eq!(line("groups:\n- name: g\n  rules: []\n"), (1, Wrong::NoRules));
        assert!(matches!(line("groups:\n\t- name: g\n"), (2, Wrong::Yaml(_))));
        assert!(matches!(line("groups: [\n- a: {\n"), (_, Wrong::Yaml(_))));
        assert!(matches!(line("a: &x 1\nb: *x\n"), (2, Wrong::Alias)));
        assert_eq!(line(&format!("{}{}", "[".repeat(DEPTH_MAX + 2), "]".repeat(DEPTH_MAX + 2))).1, Wrong::Large);
        // The reader has a bound of its own for what is nested.
        assert!(matches!(line(&"[".repeat(2_000)).1, Wrong::Yaml(_)));
        assert_eq!(line(&" ".repeat(TEXT_MAX + 1)).1, Wrong::Large);
        assert_eq!(line(&"- {alert: a, expr: a}\n".repeat(RULES_MAX + 1)), (RULES_MAX + 1, Wrong::Large));
    }
}

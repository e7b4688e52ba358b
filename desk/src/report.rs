//! A diagnosis as plain text, and as JSON.

use crate::lang::Lang;
use crate::say::{certainty, grade, said};
use resync_core::diagnose::{Diagnosis, Health, Node, Role};
use std::fmt::Write as _;

/// What a node is called: by the paste, or by what it is.
fn name(lang: Lang, node: &Node) -> String {
    let role = match node.role {
        Some(Role::Master) => lang.pick("master", "主节点"),
        Some(Role::Replica) => lang.pick("replica", "从节点"),
        None => lang.pick("a node", "某个节点"),
    };
    if node.name.is_empty() { role.to_owned() } else { format!("{} ({role})", node.name) }
}

/// The one sentence above all findings.
#[must_use]
pub const fn verdict(lang: Lang, health: Health) -> &'static str {
    match health {
        Health::Well => lang.pick("Healthy: nothing here is wrong.", "正常：这里没有问题。"),
        Health::Findings => lang.pick("Not all is well: the worst and surest comes first.", "有异常：最严重、最确定的排在最前。"),
        Health::Unknown => lang.pick("It was read, and says too little to judge.", "读懂了，但信息太少，无法判断。"),
        Health::Unreadable => lang.pick("Nothing of it could be read.", "没有能读懂的内容。"),
    }
}

/// The diagnosis of a pasted text, and of a second one that came later, as it is printed in a terminal.
#[must_use]
pub fn text(lang: Lang, pastes: [&str; 2], diagnosis: &Diagnosis) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", verdict(lang, diagnosis.health));
    for (n, node) in diagnosis.paste.nodes.iter().enumerate() {
        let eras: Vec<&str> = node.eras().iter().map(|era| era.name()).collect();
        let eras = match (eras.first(), eras.last()) {
            (Some(first), Some(last)) if first == last => (*first).to_owned(),
            (Some(first), Some(last)) => format!("{first} – {last}"),
            _ => String::new(),
        };
        let (infos, lines) = (node.infos.len(), node.told.len());
        let _ = writeln!(
            out,
            "  {}. {}: Redis {eras}, INFO × {infos}, {} × {lines}",
            n + 1,
            name(lang, node),
            lang.pick("log lines", "日志行")
        );
    }
    for finding in &diagnosis.findings {
        let words = said(lang, finding);
        let who = finding.node.map_or_else(String::new, |n| format!("{}: ", name(lang, &diagnosis.paste.nodes[n])));
        let _ = writeln!(out, "\n[{}, {}] {who}{}", grade(lang, finding.grade), certainty(lang, finding.certainty), words.title);
        for place in &finding.quotes {
            let quoted = place.words(pastes[usize::from(place.sample.min(1))]);
            let second = if place.sample > 0 { "'" } else { "" };
            let _ = writeln!(out, "    {}{second}: {}", place.line, quoted.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        let _ = writeln!(out, "  {}: {}", lang.pick("why", "原因"), words.why);
        let _ = writeln!(out, "  {}: {}", lang.pick("cost", "代价"), words.cost);
        for command in &finding.next {
            let _ = writeln!(out, "  {}: {command}", lang.pick("look", "再看"));
        }
        for command in &finding.change {
            let _ = writeln!(out, "  {}: {command}", lang.pick("change", "修改"));
        }
        if !words.price.is_empty() {
            let _ = writeln!(out, "  {}: {}", lang.pick("price", "注意"), words.price);
        }
    }
    let unread = &diagnosis.paste.unread;
    if !unread.is_empty() {
        let lines: Vec<String> = unread.iter().take(12).map(|place| place.line.to_string()).collect();
        let more = if unread.len() > 12 { " …" } else { "" };
        let _ = writeln!(out, "\n{} {}{more}", lang.pick("not read: lines", "没有读懂的行："), lines.join(" "));
    }
    if !diagnosis.paste.all {
        let _ = writeln!(out, "{}", lang.pick("not all of it was looked at: it is too long", "内容太长，没有全部查看"));
    }
    out
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            sign if (sign as u32) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", sign as u32);
            }
            sign => out.push(sign),
        }
    }
    out + "\""
}
fn list(all: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", all.into_iter().collect::<Vec<_>>().join(","))
}

/// The same as JSON: `health`, `nodes`, `findings`, `unread`.
#[must_use]
pub fn json(lang: Lang, pastes: [&str; 2], diagnosis: &Diagnosis) -> String {
    let nodes = diagnosis.paste.nodes.iter().map(|node| {
        let role = node.role.map_or("null".to_owned(), |role| quoted(if role == Role::Master { "master" } else { "replica" }));
        let eras = list(node.eras().iter().map(|era| quoted(era.name())));
        format!(
            "{{\"name\":{},\"role\":{role},\"eras\":{eras},\"infos\":{},\"log_lines\":{}}}",
            quoted(&node.name),
            node.infos.len(),
            node.told.len()
        )
    });
    let findings = diagnosis.findings.iter().map(|finding| {
        let words = said(lang, finding);
        let quotes = list(finding.quotes.iter().map(|place| {
            let paste = pastes[usize::from(place.sample.min(1))];
            let (first, last) = place.columns(paste);
            format!("{{\"paste\":{},\"line\":{},\"columns\":[{first},{last}],\"text\":{}}}", place.sample, place.line, quoted(place.words(paste)))
        }));
        let commands = |all: &[String]| list(all.iter().map(|command| quoted(command)));
        format!(
            "{{\"rule\":{},\"grade\":\"{:?}\",\"certainty\":\"{:?}\",\"node\":{},\"title\":{},\"why\":{},\"cost\":{},\"price\":{},\"quotes\":{quotes},\"next\":{},\"change\":{}}}",
            quoted(finding.rule),
            finding.grade,
            finding.certainty,
            finding.node.map_or("null".to_owned(), |n| n.to_string()),
            quoted(&words.title),
            quoted(&words.why),
            quoted(&words.cost),
            quoted(&words.price),
            commands(&finding.next),
            commands(&finding.change),
        )
    });
    let unread = list(diagnosis.paste.unread.iter().map(|place| place.line.to_string()));
    format!(
        "{{\"health\":\"{:?}\",\"nodes\":{},\"findings\":{},\"unread\":{unread},\"whole\":{}}}",
        diagnosis.health,
        list(nodes),
        list(findings),
        diagnosis.paste.all
    )
}

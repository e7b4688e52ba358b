//! What is wrong with an INFO text, in words. Names of fields and what was found are never translated.

use crate::lang::Lang;
use resync_core::info::{InfoError, InfoErrorKind, LineFault};
use resync_core::limits::{INFO_BYTES_MAX, INFO_LINES_MAX};

/// What is wrong with an INFO text, with its line if it is about one.
#[must_use]
pub fn info_error(lang: Lang, error: &InfoError) -> String {
    let said = kind(lang, &error.kind);
    match (lang, error.line) {
        (Lang::En, Some(line)) => format!("line {line}: {said}"),
        (Lang::Zh, Some(line)) => format!("第 {line} 行：{said}"),
        (_, None) => said,
    }
}

fn kind(lang: Lang, kind: &InfoErrorKind) -> String {
    if lang == Lang::En {
        return kind.to_string();
    }
    match kind {
        InfoErrorKind::TooLong { bytes } => format!("全文有 {bytes} 字节，最多读 {INFO_BYTES_MAX}"),
        InfoErrorKind::TooManyLines => format!("全文超过 {INFO_LINES_MAX} 行"),
        InfoErrorKind::Missing(field) => format!("没有 {} 这一行", field.name()),
        InfoErrorKind::NoPair => "既不是标题，也不是 name:value".to_owned(),
        InfoErrorKind::Twice { name, first } => format!("{name} 在第 {first} 行已经出现过"),
        InfoErrorKind::NoNumber { field, found } => format!("{} 不是数字：{found}", field.name()),
        InfoErrorKind::NoFlag { field, found } => format!("{} 既不是 0 也不是 1：{found}", field.name()),
        InfoErrorKind::NoWord { field, found } => format!("{} 不是服务器会写的词：{found}", field.name()),
        InfoErrorKind::Replica { number, fault } => format!("slave{number}：{}", fault_zh(fault)),
        InfoErrorKind::Database { number, fault } => format!("db{number}：{}", fault_zh(fault)),
    }
}
fn fault_zh(fault: &LineFault) -> String {
    match fault {
        LineFault::Missing(part) => format!("缺少 {part}"),
        LineFault::NoNumber { part, found } => format!("{part} 不是数字：{found}"),
        LineFault::NoPart(found) => format!("不是 name=value：{found}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::info::{Replication, parse};

    /// Each kind of error, made by a text that has it: the line, and what was found, stand in both languages.
    #[test]
    fn each_error_of_info_is_said_in_both_languages() {
        let lookup = |text: &str| parse(text).and_then(|info| info.number(Replication::MasterReplOffset)).expect_err("it is none");
        let replica = |text: &str| {
            let info = parse(text).expect("it is read");
            info.replicas().next().expect("a line").1.expect_err("it is wrong")
        };
        let long = "x".repeat(INFO_BYTES_MAX + 1);
        let many = "a:1\n".repeat(INFO_LINES_MAX + 1);
        let mut seen = std::collections::BTreeSet::new();
        for (error, found) in [
            (lookup(&long), (INFO_BYTES_MAX + 1).to_string()),
            (lookup(&many), INFO_LINES_MAX.to_string()),
            (lookup("role:master\n"), "master_repl_offset".to_owned()),
            (lookup("master_repl_offset:much\n"), "much".to_owned()),
            (replica("slave0:ip=h,port=1,state=online,offset=x,lag=0\n"), "x".to_owned()),
            (replica("slave0:port=1,state=online\n"), "ip".to_owned()),
            (replica("slave0:ip=h,nonsense,state=online\n"), "nonsense".to_owned()),
            (InfoError { line: Some(3), kind: InfoErrorKind::Twice { name: "role".into(), first: 2 } }, "role".to_owned()),
            (InfoError { line: Some(3), kind: InfoErrorKind::NoPair }, "3".to_owned()),
        ] {
            let (en, zh) = (info_error(Lang::En, &error), info_error(Lang::Zh, &error));
            assert_eq!(en, error.to_string());
            assert!(zh.contains(&found) && zh.chars().any(|sign| ('\u{4e00}'..='\u{9fff}').contains(&sign)), "{found}: {zh}");
            if let Some(line) = error.line {
                assert!(en.starts_with(&format!("line {line}: ")) && zh.starts_with(&format!("第 {line} 行：")), "{en} {zh}");
            }
            seen.insert(zh);
        }
        assert_eq!(seen.len(), 9, "each says something of its own");
    }
}

//! How the page writes Chinese: one word for one thing, no stray spaces, no line that breaks within a word of Redis.

use crate::sources::{File, files, none, places};
use regex_lite::Regex;

/// The page's Chinese strings: each as its place and text.
fn strings() -> Vec<(String, String)> {
    let literal = Regex::new(r#""((?:[^"\\]|\\.)*)""#).expect("a pattern");
    let mut found = Vec::new();
    let words = files("web/src/i18n/zh", &[".rs"]).into_iter().chain(files("desk/src", &["zh.rs", "lib.rs", "report.rs", "fault.rs"]));
    for file in words {
        for (at, line) in file.code.lines().enumerate() {
            let place = format!("{}:{}", file.path, at + 1);
            found.extend(literal.captures_iter(line).map(|text| (place.clone(), text[1].replace("\\u{2011}", "\u{2011}"))));
        }
    }
    for file in files("web/lessons", &["zh.md"]) {
        found.extend(file.text.lines().enumerate().map(|(at, line)| (format!("{}:{}", file.path, at + 1), line.to_owned())));
    }
    found.retain(|(_, text)| text.chars().any(han));
    assert!(found.len() > 300, "{} Chinese strings are found", found.len());
    found
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// A rule, and how it is broken.
const RULES: &[(&str, &str)] = &[
    ("no space stands beside punctuation of full width", r"[，。：；？！（）“”、] | [，。：；？！）”、]"),
    ("no space stands between two Chinese characters", r"[\u{4e00}-\u{9fff}] [\u{4e00}-\u{9fff}]"),
    ("punctuation is of full width behind a Chinese character", r"[\u{4e00}-\u{9fff}][,;!?:]"),
    ("the hyphen of an error's code is no place to break a line at", r"-[A-Z]{4,}"),
    ("the unit stands apart from its number", r"[0-9}](?:字节|毫秒)"),
    ("你, not 您", "您"),
];

/// A word that is not said, and the one that is.
const WORDS: &[(&str, &str)] = &[
    ("载入", "加载"),
    ("数据流", "复制流"),
    ("杀死", "强制终止"),
    ("崩溃", "强制终止"),
    ("舞台", "拓扑"),
    ("旋钮", "可调参数"),
    ("检查器", "节点详情"),
    ("陈旧", "落后时间"),
    ("剩余余量", "余量"),
    ("接续", "续传"),
    ("后退一步", "上一个事件"),
    ("答复", "回复"),
    ("没有谁", "不 …"),
    ("无人得知", "双方都不知情"),
];

#[test]
fn chinese_is_written_by_its_rules() {
    let strings = strings();
    for (rule, pattern) in RULES {
        let pattern = Regex::new(pattern).expect("a pattern");
        let broken: Vec<String> =
            strings.iter().filter(|(_, text)| pattern.is_match(text)).map(|(place, text)| format!("{place}: {text}")).collect();
        none(rule, &broken);
    }
}

#[test]
fn one_thing_has_one_chinese_word() {
    let mut broken = Vec::new();
    for (place, text) in strings() {
        broken.extend(WORDS.iter().filter(|(not, _)| text.contains(not)).map(|(not, but)| format!("{place}: {not}, say {but}: {text}")));
    }
    none("a word is used for one thing", &broken);
}

#[test]
fn sentences_of_both_languages_keep_the_codes_of_errors_whole() {
    let english: Vec<File> = files("web/src/i18n/en", &[".rs"]);
    // As a word to be found in a text it has the hyphen that Redis writes.
    let written = |_: &File, line: &str| line.contains("&[\"-LOADING\"]") || line.contains("== \"-");
    none("a code has a hyphen at which no line breaks", &places(&english, r"[ (]-[A-Z]{4,}", written));
}

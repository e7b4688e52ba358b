//! A finding in words.

use crate::lang::Lang;
use crate::words::Words;
use crate::{en, zh};
use resync_core::diagnose::{Amount, Certainty, Finding, Grade};

/// The sentences of every rule in a language.
const fn rules(lang: Lang) -> &'static [(&'static str, Words)] {
    match lang {
        Lang::En => en::RULES,
        Lang::Zh => zh::RULES,
    }
}

/// What a finding says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    /// What is the matter.
    pub title: String,
    /// Why.
    pub why: String,
    /// What it costs.
    pub cost: String,
    /// The price of the change; empty if there is none.
    pub price: String,
}

/// A finding's sentences.
#[must_use]
pub fn said(lang: Lang, finding: &Finding) -> Said {
    let words = rules(lang).iter().find(|(name, _)| *name == finding.rule).map(|(_, words)| *words);
    let words = words.unwrap_or(Words { title: "", why: "", cost: "", price: "" });
    let fill = |text: &str| fill(lang, text, finding);
    Said { title: fill(words.title), why: fill(words.why), cost: fill(words.cost), price: fill(words.price) }
}

/// A sentence with its values.
fn fill(lang: Lang, text: &str, finding: &Finding) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    for part in text.split_inclusive('}') {
        match part.split_once('{') {
            Some((before, name)) if name.ends_with('}') => {
                out.push_str(before);
                let name = &name[..name.len() - 1];
                let amount = finding.values.iter().find(|(own, _)| *own == name).map(|(_, amount)| amount);
                out.push_str(&amount.map_or_else(|| lang.pick("unknown", "未知").to_owned(), |amount| shown(lang, amount)));
            }
            _ => out.push_str(part),
        }
    }
    out
}

/// A value with its unit.
#[must_use]
pub fn shown(lang: Lang, amount: &Amount) -> String {
    match amount {
        Amount::Count(n) => grouped(*n),
        Amount::Bytes(n) => grouped(*n) + " B",
        Amount::Rate(n) => grouped(*n) + " B/s",
        Amount::Seconds(n) => grouped(*n) + " s",
        Amount::Words(words) if words == "?" => lang.pick("not known", "未知").to_owned(),
        Amount::Words(words) => words.clone(),
    }
}

/// A number in groups of three, a narrow space between them.
fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "\u{2212}" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) && digits.len() > 3 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// The word for how sure a finding is.
#[must_use]
pub const fn certainty(lang: Lang, certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Sure => lang.pick("sure", "确定"),
        Certainty::Likely => lang.pick("likely", "很可能"),
        Certainty::Open => lang.pick("cannot tell yet", "还不能断定"),
    }
}

/// The word for how bad it is.
#[must_use]
pub const fn grade(lang: Lang, grade: Grade) -> &'static str {
    match grade {
        Grade::Ill => lang.pick("wrong", "有问题"),
        Grade::Watch => lang.pick("watch", "留意"),
        Grade::Fine => lang.pick("good to know", "供参考"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use resync_core::diagnose::{FAMILIES, judge, read};

    #[test]
    fn every_rule_has_its_sentences_in_every_language() {
        let names: Vec<&str> = FAMILIES.iter().flat_map(|(_, rules)| rules.iter().map(|rule| rule.name)).collect();
        for lang in Lang::ALL {
            let own: Vec<&str> = rules(lang).iter().map(|(name, _)| *name).collect();
            for name in &names {
                assert_eq!(own.iter().filter(|known| *known == name).count(), 1, "{lang:?}: {name}");
            }
            assert_eq!(own.len(), names.len(), "{lang:?}: no sentence without a rule");
            for (name, words) in rules(lang) {
                assert!(![words.title, words.why, words.cost].contains(&""), "{lang:?}: {name}");
            }
        }
    }

    #[test]
    fn both_languages_speak_of_the_same_values() {
        let holes = |text: &str| {
            let mut holes: Vec<String> =
                text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.to_owned()).collect();
            holes.sort();
            holes.dedup();
            holes
        };
        for (name, en) in en::RULES {
            let zh = zh::RULES.iter().find(|(own, _)| own == name).expect("it has its sentences").1;
            let all = |words: &Words| holes(&[words.title, words.why, words.cost, words.price].concat());
            assert_eq!(all(en), all(&zh), "{name}");
        }
    }

    #[test]
    fn values_stand_in_the_sentences() {
        let diagnosis = judge(read("role:master\nslave0:ip=10.0.0.2,port=6379,state=online,offset=9,lag=1734\nmaster_repl_offset:99\n", 0));
        let said = said(Lang::En, &diagnosis.findings[0]);
        assert_eq!(said.title, "10.0.0.2:6379 has not acknowledged for 1\u{202f}734 s.");
        assert!(super::said(Lang::Zh, &diagnosis.findings[0]).title.contains("1\u{202f}734 s"));
    }
}

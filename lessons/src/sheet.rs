//! The course of a lesson's folder: `[course]` of `lesson.toml`, its scenes beside it, and the sections of the words that belong to it.

use crate::course::{Ask, Bet, Choice, Course, Item, Pause, Row, Sentence, Transfer, Twin, Value};
use crate::markdown::Section;
use crate::{Edit, Spoken};
use serde::Deserialize;
use std::collections::BTreeSet;

/// `[course]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CourseTable {
    minutes: u32,
    chapter: u32,
    #[serde(default)]
    order: u32,
    #[serde(default)]
    try_first: bool,
    #[serde(default)]
    values: String,
    #[serde(default)]
    pause: Vec<WhenTable>,
    bet: BetTable,
    #[serde(default)]
    sentence: Vec<WhenTable>,
    twin: Option<TwinTable>,
    transfer: Option<TransferTable>,
    #[serde(default)]
    item: Vec<ItemTable>,
    #[serde(default)]
    cards: Vec<String>,
    #[serde(default)]
    prints: Vec<String>,
}

/// Something with an id, by which the words name it, that is so if a condition holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhenTable {
    id: String,
    when: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BetTable {
    until: String,
    moment: String,
    #[serde(default)]
    choice: Vec<WhenTable>,
    #[serde(default)]
    order: Vec<WhenTable>,
    number: Option<NumberTable>,
    curve: Option<CurveTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberTable {
    value: String,
    #[serde(default)]
    near: u32,
    #[serde(default)]
    unit: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CurveTable {
    field: String,
    from_ms: u64,
    to_ms: u64,
    top: u64,
    #[serde(default)]
    unit: String,
    line: Option<u64>,
    near: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditTable {
    line: String,
    becomes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TwinTable {
    #[serde(default)]
    edit: Vec<EditTable>,
    #[serde(default)]
    add: String,
    until: String,
    row: Vec<RowTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowTable {
    id: String,
    value: String,
    #[serde(default)]
    decisive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferTable {
    #[serde(default)]
    values: String,
    bet: BetTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemTable {
    id: String,
    /// Another item's scene, or none for `item-ID.resync`.
    scene: Option<String>,
    #[serde(default)]
    values: String,
    bet: BetTable,
}

/// The sections of all languages, and what has been wrong so far.
pub(crate) struct Texts<'a> {
    sections: Vec<(&'a str, &'a [Section])>,
    /// The languages that must say everything.
    complete: &'a [&'a str],
    /// Which of them were asked for: `en`, `bet`, `none`.
    used: BTreeSet<(&'a str, String, String)>,
    wrong: Vec<String>,
}

impl<'a> Texts<'a> {
    fn find(&self, at: usize, name: &str, part: &str) -> Option<&'a Section> {
        let section = self.sections[at].1.iter().find(|section| section.name == name)?;
        if part.is_empty() { Some(section) } else { section.parts.iter().find(|there| there.name == part) }
    }
    /// What the languages say in a section or in a part of it: the few words behind the colon, or the text.
    fn said(&mut self, name: &str, part: &str, short: bool, wanted: bool) -> Spoken<String> {
        let mut all = Vec::new();
        for at in 0..self.sections.len() {
            let code = self.sections[at].0;
            let found = self.find(at, name, part);
            let said = found.map_or("", |found| if short { &found.short } else { &found.text });
            if found.is_some() {
                self.used.insert((code, name.to_owned(), part.to_owned()));
            }
            if !said.is_empty() {
                all.push((code.to_owned(), said.to_owned()));
            } else if wanted && self.complete.contains(&code) {
                let heading = if part.is_empty() { format!("## {name}") } else { format!("### {part}` of `## {name}") };
                let line = found.map_or(String::new(), |found| format!(", line {}", found.line));
                self.wrong.push(match found {
                    Some(_) if short => format!("{code}.md{line}: `{heading}` has no few words behind a colon"),
                    Some(_) => format!("{code}.md{line}: `{heading}` has no text"),
                    None => format!("{code}.md: there is no `{heading}`"),
                });
            }
        }
        all.into_iter().collect()
    }
    fn text(&mut self, name: &str) -> Spoken<String> {
        self.said(name, "", false, true)
    }
}

/// Reads the course of a folder. `scene` hands over a file of the folder, or says why not.
pub(crate) fn course(
    table: CourseTable,
    scene: &str,
    toml: &str,
    (words, complete): (&[(String, Vec<Section>)], &[&str]),
    file: &mut dyn FnMut(&str) -> Result<String, String>,
) -> Result<Course, Vec<String>> {
    let sections = words.iter().map(|(code, sections)| (code.as_str(), sections.as_slice())).collect();
    let mut texts = Texts { sections, complete, used: BTreeSet::new(), wrong: Vec::new() };
    let texts_of = &mut texts;
    let mut course = Course {
        minutes: table.minutes,
        chapter: table.chapter,
        order: table.order,
        touches: texts_of.text("touches"),
        try_first: table.try_first,
        symptom: texts_of.text("symptom"),
        parts: texts_of.text("parts"),
        example: texts_of.said("example", "", false, false),
        values: values(&table.values, toml, texts_of),
        bet: bet(table.bet, "bet", texts_of),
        because: texts_of.text("because"),
        cards: table.cards,
        prints: table.prints,
        ..Course::default()
    };
    for pause in table.pause {
        course.pauses.push(Pause { words: texts_of.said("pauses", &pause.id, false, true), when: pause.when });
    }
    if course.pauses.len() > 3 {
        texts_of.wrong.push("lesson.toml: a run stops at most three times by itself".to_owned());
    }
    if !course.pauses.is_empty() {
        texts_of.said("pauses", "", false, false);
    }
    for sentence in table.sentence {
        course.sentences.push(Sentence { words: texts_of.said("because", &sentence.id, false, true), when: sentence.when });
    }
    course.twin = table.twin.map(|table| twin(table, scene, texts_of));
    if let Some(table) = table.transfer {
        let text = file("transfer.resync").unwrap_or_else(|why| {
            texts_of.wrong.push(why);
            String::new()
        });
        let values = values(&table.values, toml, texts_of);
        course.transfer = Some(Transfer { text, values, bet: bet(table.bet, "transfer", texts_of) });
    }
    for table in table.item {
        let name = table.scene.as_deref().unwrap_or(&table.id);
        let text = file(&format!("item-{name}.resync")).unwrap_or_else(|why| {
            texts_of.wrong.push(why);
            String::new()
        });
        if course.items.iter().any(|item| item.id == table.id) {
            texts_of.wrong.push(format!("lesson.toml: there are two items `{}`", table.id));
        }
        let values = values(&table.values, toml, texts_of);
        let bet = bet(table.bet, &format!("item {}", table.id), texts_of);
        course.items.push(Item { id: table.id, text, values, bet });
    }
    texts.leftovers();
    if texts.wrong.is_empty() { Ok(course) } else { Err(texts.wrong) }
}

impl Texts<'_> {
    /// Says of every section and part that nobody asked for that nothing shows it.
    fn leftovers(&mut self) {
        for (code, sections) in &self.sections {
            for section in *sections {
                let used = |part: &str| self.used.contains(&(*code, section.name.clone(), part.to_owned()));
                if !used("") {
                    self.wrong.push(format!("{code}.md, line {}: nothing in lesson.toml asks for `## {}`", section.line, section.name));
                    continue;
                }
                for part in section.parts.iter().filter(|part| !used(&part.name)) {
                    self.wrong.push(format!(
                        "{code}.md, line {}: nothing in lesson.toml asks for `### {}` of `## {}`",
                        part.line, part.name, section.name
                    ));
                }
            }
        }
    }
}

/// `name = from` lines.
fn values(text: &str, toml: &str, texts: &mut Texts<'_>) -> Vec<Value> {
    let mut values: Vec<Value> = Vec::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or("").trim()).filter(|line| !line.is_empty()) {
        let here = toml.lines().position(|there| there.contains(line)).map_or(String::new(), |at| format!(", line {}", at + 1));
        let Some((name, from)) = line.split_once('=').map(|(name, from)| (name.trim(), from.trim())) else {
            texts.wrong.push(format!("lesson.toml{here}: `{line}` is no value: `name = …`"));
            continue;
        };
        let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !fits || from.is_empty() || values.iter().any(|value| value.name == name) {
            texts.wrong.push(format!(
                "lesson.toml{here}: a value's name has small letters, digits and _, stands once, and is read from something"
            ));
            continue;
        }
        values.push(Value { name: name.to_owned(), from: from.to_owned() });
    }
    values
}

fn bet(table: BetTable, section: &str, texts: &mut Texts<'_>) -> Bet {
    let choices = |of: Vec<WhenTable>, feedback: bool, texts: &mut Texts<'_>| -> Vec<Choice> {
        let choice = |of: WhenTable| Choice {
            words: texts.said(section, &of.id, true, true),
            feedback: texts.said(section, &of.id, false, feedback),
            id: of.id,
            when: of.when,
        };
        of.into_iter().map(choice).collect()
    };
    let kinds =
        [!table.choice.is_empty(), !table.order.is_empty(), table.number.is_some(), table.curve.is_some()].into_iter().filter(|is| *is);
    if kinds.count() != 1 {
        texts.wrong.push(format!("lesson.toml: the bet of `{section}` has one of choice, number, curve, order"));
    }
    let graded = table.choice.is_empty();
    let ask = if let Some(number) = table.number {
        Ask::Number { value: number.value, near: number.near, unit: number.unit }
    } else if let Some(curve) = table.curve {
        let line = curve.line.map(|level| (level, texts.said(section, "line", true, true)));
        Ask::Curve {
            field: curve.field,
            from_ms: curve.from_ms,
            to_ms: curve.to_ms,
            top: curve.top,
            unit: curve.unit,
            line,
            near: curve.near,
        }
    } else if !table.order.is_empty() {
        Ask::Order { messages: choices(table.order, false, texts) }
    } else {
        let choices = choices(table.choice, true, texts);
        if !(2..=6).contains(&choices.len()) {
            texts.wrong.push(format!("lesson.toml: the bet of `{section}` has two to six choices, not {}", choices.len()));
        }
        Ask::Choose { choices }
    };
    Bet {
        question: texts.text(section),
        ask,
        until: table.until,
        moment: table.moment,
        near_words: texts.said(section, "near", false, graded),
        far_words: texts.said(section, "far", false, graded),
    }
}

fn twin(table: TwinTable, scene: &str, texts: &mut Texts<'_>) -> Twin {
    let edits: Vec<Edit> = table.edit.into_iter().map(|edit| Edit { line: edit.line, becomes: edit.becomes }).collect();
    for edit in &edits {
        let found = scene.lines().filter(|line| *line == edit.line).count();
        if found != 1 {
            texts.wrong.push(format!("lesson.toml: the line `{}` of the twin stands {found} times in scene.resync, not once", edit.line));
        }
    }
    if edits.is_empty() && table.add.trim().is_empty() {
        texts.wrong.push("lesson.toml: the twin changes nothing".to_owned());
    }
    let rows: Vec<Row> = table
        .row
        .into_iter()
        .map(|row| Row { words: texts.said("twin", &row.id, true, true), value: row.value, decisive: row.decisive })
        .collect();
    if rows.len() > 6 || rows.iter().filter(|row| row.decisive).count() != 1 {
        texts.wrong.push("lesson.toml: the twin's table has at most six rows, and exactly one is decisive".to_owned());
    }
    Twin { edits, adds: table.add, name: texts.said("twin", "", true, true), words: texts.text("twin"), until: table.until, rows }
}

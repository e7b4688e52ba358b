//! Incident folders: read whole, and checked for everything that needs no engine.

use super::{Cause, Cure, Fleet, Folder, HINTS, Incident, Proof, Quote, Said, numbered, spread};
use crate::markdown::{self, Section};
use crate::{COMPLETE, Spoken};
use serde::Deserialize;
use std::path::Path;

/// Panels that can be open at first.
const PANELS: [&str; 5] = ["fleet", "info", "log", "errors", "cli"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    minutes: u32,
    node: String,
    panel: String,
    fleet: Option<FleetSheet>,
    cause: Vec<CauseSheet>,
    cure: CureSheet,
    proof: Proof,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FleetSheet {
    pairs: u32,
    masters: String,
    replicas: String,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CauseSheet {
    id: String,
    #[serde(default)]
    right: bool,
    shows: Vec<String>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CureSheet {
    #[serde(default)]
    holds: Vec<String>,
    #[serde(default)]
    each: String,
    seconds: u32,
}

/// Every incident below `incidents`, by its id.
///
/// # Errors
/// One line for each thing that is wrong, with the file it is wrong in.
pub fn read_all(incidents: &Path) -> Result<Vec<Folder>, String> {
    let entries = std::fs::read_dir(incidents).map_err(|why| format!("{}: {why}", incidents.display()))?;
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let (mut read, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match one(&path, &id) {
            Ok(folder) => read.push(folder),
            Err(why) => wrong.push(format!("{id}/{why}")),
        }
    }
    if read.is_empty() && wrong.is_empty() {
        wrong.push(format!("{}: there is no incident", incidents.display()));
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong.join("\n")) }
}

fn one(folder: &Path, id: &str) -> Result<Folder, String> {
    if id.is_empty() || id.len() > 40 || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return Err(": an incident's name has small letters, digits and -, at most 40".to_owned());
    }
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).map_err(|why| format!("{name}: {why}"));
    let scene = text("scene.resync")?;
    spread(&scene).map_err(|line| format!("scene.resync: line {line}: `each N: LINE`, with a number up to 1 000"))?;
    let sheet: Sheet = toml::from_str(&text("incident.toml")?).map_err(|why| format!("incident.toml: {why}"))?;
    let (mut incident, proof) = of_sheet(id, scene, sheet).map_err(|why| format!("incident.toml: {why}"))?;
    // English first: that is what every other language falls back on.
    for code in COMPLETE {
        let file = format!("{code}.md");
        words(&text(&file)?, code, &mut incident).map_err(|why| format!("{file}: {why}"))?;
    }
    Ok(Folder { incident, proof })
}

fn of_sheet(id: &str, scene: String, sheet: Sheet) -> Result<(Incident, Proof), String> {
    let cause = |cause: CauseSheet| {
        let quote = |text: &String| Quote::read(text).ok_or_else(|| format!("cause `{}`: `{text}` is no `WHOSE PLACE WORDS`", cause.id));
        let shows = cause.shows.iter().map(quote).collect::<Result<Vec<_>, _>>()?;
        if shows.is_empty() {
            return Err(format!("cause `{}`: nothing shows whether it is so", cause.id));
        }
        Ok(Cause { id: cause.id.clone(), right: cause.right, shows, words: Spoken::default(), answer: Spoken::default() })
    };
    let causes = sheet.cause.into_iter().map(cause).collect::<Result<Vec<_>, _>>()?;
    if causes.iter().filter(|cause| cause.right).count() != 1 || !(3..=5).contains(&causes.len()) {
        return Err("three to five causes, and exactly one of them right".to_owned());
    }
    if !PANELS.contains(&sheet.panel.as_str()) || (sheet.panel == "fleet" && sheet.fleet.is_none()) {
        return Err(format!("there is no panel `{}`", sheet.panel));
    }
    let fleet = sheet.fleet.map(|fleet| Fleet { pairs: fleet.pairs, masters: fleet.masters, replicas: fleet.replicas });
    let mut holds = sheet.cure.holds;
    if !sheet.cure.each.is_empty() {
        let pairs = u64::from(fleet.as_ref().ok_or("`each` stands in the cure of a fleet alone")?.pairs);
        holds.extend((1..=pairs).map(|i| numbered(&sheet.cure.each, i, pairs)));
    }
    if holds.is_empty() || sheet.proof.cures.is_empty() || sheet.proof.symptom.is_empty() {
        return Err("a cure has a condition, a way that brings it about, and a symptom that it takes away".to_owned());
    }
    let mut eras: Vec<&str> = Vec::new();
    for line in scene.lines() {
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            if word == "era" && matches!(line.split_whitespace().next(), Some("era" | "node" | "each")) {
                eras.extend(words.next().filter(|era| !eras.contains(era)));
            }
        }
    }
    let eras = if eras.is_empty() { "7.0".to_owned() } else { eras.join(" ") };
    let (minutes, node, panel) = (sheet.minutes, sheet.node, sheet.panel);
    let cure = Cure { holds, seconds: sheet.cure.seconds };
    Ok((Incident { id: id.to_owned(), scene, minutes, eras, node, panel, fleet, causes, cure, words: Spoken::default() }, sheet.proof))
}

fn words(text: &str, code: &str, incident: &mut Incident) -> Result<(), String> {
    let (title, mut sections) = markdown::sections(text)?;
    let mut taken = |name: &str| {
        let at = sections.iter().position(|section| section.name == name).ok_or_else(|| format!("there is no section `{name}`"))?;
        Ok::<Section, String>(sections.remove(at))
    };
    let (symptom, question, hints, mend, lid) =
        (taken("symptom")?.text, taken("cause")?, taken("hints")?.text, taken("mend")?.text, taken("lid")?.text);
    if let Some(other) = sections.first() {
        return Err(format!("line {}: an incident has no section `{}`", other.line, other.name));
    }
    let (symptom, about) = symptom.split_once("\n\n").unwrap_or((&symptom, ""));
    let hints: Vec<String> = hints.split("\n\n").filter(|hint| !hint.is_empty()).map(str::to_owned).collect();
    if hints.len() != HINTS {
        return Err(format!("`hints` has {HINTS} paragraphs"));
    }
    for cause in &mut incident.causes {
        let part = question.parts.iter().find(|part| part.name == cause.id).ok_or_else(|| format!("`cause` has no part `{}`", cause.id))?;
        if part.short.is_empty() || part.text.is_empty() {
            return Err(format!("line {}: a cause has a sentence and an answer", part.line));
        }
        part.short.clone_into(cause.words.entry(code));
        part.text.clone_into(cause.answer.entry(code));
    }
    if let Some(other) = question.parts.iter().find(|part| incident.causes.iter().all(|cause| cause.id != part.name)) {
        return Err(format!("line {}: there is no cause `{}`", other.line, other.name));
    }
    let said = Said { title, symptom: symptom.to_owned(), about: about.to_owned(), question: question.text, hints, mend, lid };
    for (what, said) in [("symptom", &said.symptom), ("cause", &said.question), ("mend", &said.mend), ("lid", &said.lid)] {
        if said.is_empty() {
            return Err(format!("`{what}` is empty"));
        }
    }
    if !text.matches('`').count().is_multiple_of(2) {
        return Err("a backquote is left alone".to_owned());
    }
    *incident.words.entry(code) = said;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHEET: &str = r#"
minutes = 5
node = "m"
panel = "log"
[[cause]]
id = "a"
right = true
shows = ["m log x"]
[[cause]]
id = "b"
shows = ["m info y:1"]
[[cause]]
id = "c"
shows = ["m config z 1"]
[cure]
holds = ["m good = 1"]
seconds = 2
[proof]
symptom = "m good = 0"
cures = ["m: SET a b"]
vain = []
"#;
    const WORDS: &str = "# T\n## symptom\nIt fails.\n\nSince noon.\n## cause\nWhy?\n### a: A.\nYes.\n### b: B.\nNo.\n### c: C.\nNo, `z`.\n## hints\none\n\ntwo\n## mend\nm\n## lid\nl\n";

    fn read(sheet: &str, text: &str) -> Result<Incident, String> {
        let sheet: Sheet = toml::from_str(sheet).map_err(|why| why.to_string())?;
        let (mut incident, _) = of_sheet("01-x", "era 2.8\nnode m\nnode n era 3.2\nnode o era 2.8\n".into(), sheet)?;
        words(text, "en", &mut incident)?;
        Ok(incident)
    }

    #[test]
    fn an_incident_has_all_of_it_or_what_it_lacks_is_named() {
        let whole = read(SHEET, WORDS).expect("whole");
        let said = whole.words.exactly("en").expect("english");
        assert_eq!(
            (said.symptom.as_str(), said.about.as_str(), said.hints.len(), whole.eras.as_str()),
            ("It fails.", "Since noon.", 2, "2.8 3.2")
        );
        assert_eq!(whole.causes[2].answer.exactly("en").map(String::as_str), Some("No, `z`."));
        for (change, to, says) in [
            ("right = true", "", "exactly one of them right"),
            ("m log x", "m disk x", "is no `WHOSE PLACE WORDS`"),
            (r#"["m log x"]"#, "[]", "nothing shows whether"),
            (r#"panel = "log""#, r#"panel = "fleet""#, "no panel `fleet`"),
            (r#"["m good = 1"]"#, "[]", "a cure has a condition"),
            ("seconds = 2", "seconds = 2\neach = \"x\"", "of a fleet alone"),
        ] {
            let why = read(&SHEET.replace(change, to), WORDS).expect_err(change);
            assert!(why.contains(says), "{change}: {why}");
        }
        for (change, to, says) in [
            ("### c: C.", "### d: C.", "`cause` has no part `c`"),
            ("### c: C.", "### c", "a cause has a sentence"),
            ("one\n\ntwo", "one", "`hints` has 2 paragraphs"),
            ("## lid\nl\n", "", "no section `lid`"),
            ("## mend\nm\n", "## mend\n", "`mend` is empty"),
            ("## lid\nl\n", "## lid\nl\n## more\nx\n", "no section `more`"),
            ("`z`", "`z", "a backquote"),
        ] {
            let why = read(SHEET, &WORDS.replace(change, to)).expect_err(change);
            assert!(why.contains(says), "{change}: {why}");
        }
    }
}

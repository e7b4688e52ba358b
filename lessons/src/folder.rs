//! Lesson folders: read whole, checked for everything that needs no engine, with one sentence for each thing that is wrong.

use crate::{COMPLETE, Card, Edit, Entry, Goal, Lesson, Look, Place, Spoken, Variant, Words, markdown, packed, picture, sheet};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A lesson as its folder has it: what the page gets, and what the tests hold it to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folder {
    /// For the page.
    pub lesson: Lesson,
    /// The picture, ready for the index.
    pub picture: String,
    /// For the tests.
    pub proof: Proof,
}

/// What a lesson claims and how it is seen that the claim holds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Proof {
    /// The condition that comes to hold where the lesson's point is seen: a test plays the scene as the page does and says after how many seconds of the
    /// wall clock that is.
    pub point: String,
    /// Lines of script that do what the person is asked to do, and say what comes of it. The test plays the scene with these lines at its end.
    pub solution: String,
    /// Lamps that are broken when it is over, because real servers break there: exactly these.
    pub breaks: BTreeSet<String>,
    /// The same for each variant, in the lesson's order.
    pub variants: Vec<VariantProof>,
    /// The answers of its course; empty where there is none.
    pub course: CourseProof,
}

/// What the engine answers to the questions of a course. A choice is told by its id, a number by its digits, an order by the ids with blanks between them,
/// a curve by some of its points: `12000=64 20000=1280`, ms and value.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CourseProof {
    /// The bet.
    pub bet: String,
    /// The sentence of the "because" that is true, from 1.
    pub because: usize,
    /// The decisive row: this run's value and the twin's, `61 | 0`.
    pub twin: String,
    /// The transfer.
    pub transfer: String,
    /// What may vary while the same sentence stays true.
    pub vary: Vary,
}

/// How a scene is varied: its seed always is; here stands what else, for a scene on which the seed has little effect.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vary {
    /// `draw` lines, as an item has them.
    pub draw: String,
    /// Lines of the scene, and what stands there instead, with `$name` for what was drawn.
    #[serde(rename = "edit")]
    pub edits: Vec<Varied>,
}

/// A line that varies.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Varied {
    /// The line as it stands in the scene.
    pub line: String,
    /// What stands there instead.
    pub becomes: String,
}

/// What is different when a variant is played.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VariantProof {
    /// Conditions that the scene and its solution claim and that do not hold here: exactly these, without the `expect` or `until` before them.
    pub fails: BTreeSet<String>,
    /// Lamps that are broken when it is over: exactly these.
    pub breaks: BTreeSet<String>,
}

impl Folder {
    /// Where the lesson's packed form lies, beside the index: named by its content, so that a cache never serves an old one for a new one.
    #[must_use]
    pub fn file(&self) -> String {
        named(&self.lesson.id, &packed::lesson(&self.lesson))
    }
    /// Its entry in the index.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let card = |(code, words): (&str, &Words)| (code.to_owned(), Card { title: words.title.clone(), line: words.line.clone() });
        Entry {
            id: self.lesson.id.clone(),
            file: self.file(),
            picture: self.picture.clone(),
            cards: self.lesson.words.iter().map(card).collect(),
            course: self.lesson.course.as_ref().map(|course| Place {
                chapter: course.chapter,
                order: course.order,
                minutes: course.minutes,
                touches: course.touches.clone(),
                eras: eras(&self.lesson.text),
            }),
        }
    }
}

/// The releases that a scene names, each once, in the order in which they stand there.
fn eras(text: &str) -> String {
    let mut eras: Vec<&str> = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("era ") || line.starts_with("node ")) {
        let named = line.split_whitespace().skip_while(|word| *word != "era").nth(1);
        if let Some(era) = named.filter(|era| !eras.contains(era)) {
            eras.push(era);
        }
    }
    eras.join(" ")
}

/// A file's name with the hash of its content in it.
#[must_use]
pub fn named(stem: &str, content: &str) -> String {
    // FNV-1a: the name must change with the content, nothing more.
    let hash = content.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{stem}-{hash:016x}.txt")
}

/// `lesson.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sheet {
    look: LookTable,
    #[serde(default)]
    variant: Vec<VariantTable>,
    #[serde(default)]
    goal: Vec<GoalTable>,
    #[serde(default)]
    proof: ProofTable,
    course: Option<sheet::CourseTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LookTable {
    node: String,
    tab: String,
    link: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantTable {
    edit: Vec<EditTable>,
    words: BTreeMap<String, String>,
    #[serde(default)]
    fails: Vec<String>,
    #[serde(default)]
    breaks: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EditTable {
    line: String,
    becomes: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GoalTable {
    when: String,
    words: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct ProofTable {
    #[serde(default)]
    point: String,
    #[serde(default)]
    solution: String,
    #[serde(default)]
    breaks: Vec<String>,
    #[serde(default)]
    course: CourseProof,
}

/// Every lesson below `lessons`, in the order of the menu.
///
/// # Errors
/// One line for each thing that is wrong, with the file it is wrong in.
pub fn read_all(lessons: &Path) -> Result<Vec<Folder>, String> {
    let entries = std::fs::read_dir(lessons).map_err(|why| format!("{}: {why}", lessons.display()))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    if paths.is_empty() {
        return Err(format!("{}: there is no lesson", lessons.display()));
    }
    let mut read = Vec::new();
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match self::read(&path, &name) {
            Ok(folder) => read.push(folder),
            Err(all) => wrong.extend(all.into_iter().map(|why| format!("{name}/{why}"))),
        }
    }
    for (at, folder) in read.iter().enumerate() {
        for (code, words) in folder.lesson.words.iter() {
            let same = |other: &Folder| other.lesson.words.exactly(code).is_some_and(|other| other.title == words.title);
            if read[..at].iter().any(same) {
                wrong.push(format!("{}/{code}.md: another lesson is called “{}” too", folder.lesson.id, words.title));
            }
        }
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong.join("\n")) }
}

/// One folder.
fn read(folder: &Path, id: &str) -> Result<Folder, Vec<String>> {
    let mut wrong = Vec::new();
    if id.len() > 40 || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        wrong.push(": a lesson's name has small letters, digits and -, at most 40".to_owned());
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let texts = entries.map(|entry| {
        let text = std::fs::read_to_string(entry.path()).map_err(|why| why.to_string());
        (entry.file_name().to_string_lossy().into_owned(), text)
    });
    of_files(id, Files::of(texts.collect()), Whose::Ours, wrong)
}

/// Whose lesson it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Whose {
    /// One of the course: it speaks every language of [`COMPLETE`], has a picture, and a proof that the tests hold it to.
    Ours,
    /// Somebody wrote it in a text editor: one language is enough, and what the tests and the menu want may be left out.
    Strangers,
}

/// A lesson of these files; `wrong` is what is wrong with it already.
pub(crate) fn of_files(id: &str, mut files: Files, whose: Whose, mut wrong: Vec<String>) -> Result<Folder, Vec<String>> {
    let ours = whose == Whose::Ours;
    let scene = files.taken("scene.resync");
    let toml = files.taken("lesson.toml");
    let sheet =
        toml.as_deref().map_err(Clone::clone).and_then(|text| toml::from_str::<Sheet>(text).map_err(|why| format!("lesson.toml: {why}")));
    let picture = match files.taken("picture.svg") {
        Err(_) if !ours => Ok(String::new()),
        text => text.and_then(|text| picture::checked(&text).map_err(|why| format!("picture.svg: {why}"))),
    };
    let (words, sections) = words(&mut files, whose, &mut wrong);
    let spoken_here: Vec<String> = words.iter().map(|(code, _)| code.to_owned()).collect();
    let complete: Vec<&str> = if ours { COMPLETE.to_vec() } else { spoken_here.iter().map(String::as_str).collect() };
    let (scene, sheet, picture) = match (scene, sheet, picture) {
        (Ok(scene), Ok(sheet), Ok(picture)) => (scene, sheet, picture),
        (scene, sheet, picture) => {
            wrong.extend([scene.err(), sheet.err(), picture.err()].into_iter().flatten());
            return Err(wrong);
        }
    };
    let says = |keyword: &str| scene.lines().find_map(|line| line.strip_prefix(keyword)).map(str::trim);
    if ours && says("lesson ") != Some(id) {
        wrong.push(format!("scene.resync: there is no line `lesson {id}`"));
    }
    let english = words.exactly("en").map(|words| words.title.as_str());
    if ours && says("title ") != english {
        wrong.push(format!("scene.resync: its title is {:?}, that of en.md {english:?}", says("title ")));
    }
    let mut tellings = vec![scene.clone()];
    let spoken = |what: &str, words: BTreeMap<String, String>, wrong: &mut Vec<String>| -> Spoken<String> {
        for code in complete.iter().filter(|code| words.get(**code).is_none_or(String::is_empty)) {
            wrong.push(format!("lesson.toml: a {what} has no words in {code}"));
        }
        // English first: that is what every other language falls back on.
        let (first, rest): (Vec<_>, Vec<_>) = words.into_iter().partition(|(code, _)| code == COMPLETE[0]);
        first.into_iter().chain(rest).collect()
    };
    let set = |all: Vec<String>| all.into_iter().collect::<BTreeSet<String>>();
    if ours && sheet.proof.point.is_empty() {
        wrong.push("lesson.toml: [proof] has no point: the condition that holds where the lesson's point is seen".to_owned());
    }
    let mut proof = Proof {
        point: sheet.proof.point,
        solution: sheet.proof.solution,
        breaks: set(sheet.proof.breaks),
        variants: Vec::new(),
        course: sheet.proof.course,
    };
    let mut lesson = Lesson {
        id: id.to_owned(),
        text: scene,
        look: Look { node: sheet.look.node, tab: sheet.look.tab, link: sheet.look.link },
        words,
        ..Lesson::default()
    };
    for table in sheet.variant {
        let edits: Vec<Edit> = table.edit.into_iter().map(|edit| Edit { line: edit.line, becomes: edit.becomes }).collect();
        for edit in &edits {
            let found = lesson.text.lines().filter(|line| *line == edit.line).count();
            if found != 1 {
                wrong.push(format!("lesson.toml: the line `{}` of a variant stands {found} times in scene.resync, not once", edit.line));
            }
        }
        let variant = Variant { edits, words: spoken("variant", table.words, &mut wrong) };
        let told = lesson.telling(&variant);
        if tellings.contains(&told) {
            wrong.push("lesson.toml: a variant tells what is told already".to_owned());
        }
        tellings.push(told);
        lesson.variants.push(variant);
        proof.variants.push(VariantProof { fails: set(table.fails), breaks: set(table.breaks) });
    }
    for table in sheet.goal {
        lesson.goals.push(Goal { when: table.when, words: spoken("goal", table.words, &mut wrong) });
    }
    match sheet.course {
        Some(table) => {
            let mut file = |name: &str| files.taken(name);
            match sheet::course(table, &lesson.text, &toml.unwrap_or_default(), (&sections, &complete), &mut file) {
                Ok(course) => lesson.course = Some(Box::new(course)),
                Err(all) => wrong.extend(all),
            }
        }
        None => {
            for (code, section) in sections.iter().filter_map(|(code, sections)| Some((code, sections.first()?))) {
                wrong
                    .push(format!("{code}.md, line {}: `## {}` belongs to a course, and lesson.toml has none", section.line, section.name));
            }
        }
    }
    wrong.extend(files.left.iter().map(|name| format!("{name}: no part of a lesson")));
    if wrong.is_empty() { Ok(Folder { lesson, picture, proof }) } else { Err(wrong) }
}

/// The texts of a folder, and those of them that nobody has asked for yet.
pub(crate) struct Files {
    texts: BTreeMap<String, Result<String, String>>,
    left: BTreeSet<String>,
}

impl Files {
    pub(crate) fn of(texts: BTreeMap<String, Result<String, String>>) -> Files {
        let left = texts.keys().filter(|name| !["scene.resync", "lesson.toml", "picture.svg"].contains(&name.as_str())).cloned().collect();
        Files { texts, left }
    }
    /// Somebody asks for this file: it belongs to the lesson. Several may ask for one.
    fn taken(&mut self, name: &str) -> Result<String, String> {
        self.left.remove(name);
        let text = self.texts.get(name).ok_or_else(|| format!("{name}: missing"))?;
        text.clone().map_err(|why| format!("{name}: {why}"))
    }
}

/// The words of every language that has a file, and the sections of its course.
fn words(files: &mut Files, whose: Whose, wrong: &mut Vec<String>) -> (Spoken<Words>, Vec<(String, Vec<markdown::Section>)>) {
    let code = |name: &String| {
        let code = name.strip_suffix(".md")?;
        (code.len() >= 2 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')).then(|| code.to_owned())
    };
    let mut codes: Vec<String> = files.left.iter().filter_map(code).collect();
    // English first: that is what every other language falls back on.
    codes.sort_by_key(|code| (code != COMPLETE[0], code.clone()));
    let missing = |code: &&&str| !codes.iter().any(|there| there == **code);
    match whose {
        Whose::Ours => wrong.extend(COMPLETE.iter().filter(missing).map(|code| format!("{code}.md: missing"))),
        Whose::Strangers if codes.is_empty() => wrong.push("en.md or zh.md: missing".to_owned()),
        Whose::Strangers => {}
    }
    let mut spoken = Vec::new();
    let mut sections = Vec::new();
    for code in codes {
        let name = format!("{code}.md");
        let text = files.taken(&name).map_err(|why| why.split_once(": ").map_or(String::new(), |(_, why)| why.to_owned()));
        match text.and_then(|text| markdown::words(&text)) {
            Ok((words, of_course)) => {
                if whose == Whose::Ours {
                    wrong.extend(style(&words).map(|why| format!("{name}: {why}")));
                }
                spoken.push((code.clone(), words));
                sections.push((code, of_course));
            }
            Err(why) => wrong.push(format!("{name}: {why}")),
        }
    }
    (spoken.into_iter().collect(), sections)
}

/// What a lesson's words keep to in every language: the first rule that they break.
fn style(words: &Words) -> Option<String> {
    const STOPS: [char; 2] = ['.', '。'];
    const ENDS: [char; 4] = ['.', '。', '?', '？'];
    if words.title.ends_with(ENDS) {
        return Some("a title is no sentence".into());
    }
    if !words.line.ends_with(ENDS) || words.line.chars().count() > 100 {
        return Some("the line below the title is one sentence of at most 100 characters".into());
    }
    // A stop in the middle of a word is none: `4.0`, `redis.conf`.
    let ends = |text: &str| {
        let mut chars = text.chars().peekable();
        let mut count = 0;
        while let Some(c) = chars.next() {
            count += usize::from(c == '。' || c == '.' && chars.peek().is_none_or(|next| next.is_whitespace()));
        }
        count
    };
    if !(2..=5).contains(&ends(&words.about)) {
        return Some(format!("what it is about has two to five sentences, not {}", ends(&words.about)));
    }
    if !words.try_first.ends_with(STOPS) {
        return Some("what to try first is one sentence".into());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Ask;

    const SCENE: &str = "lesson 01-a\ntitle A\nera 3.0\nnode a\n";
    const SHEET: &str = "[look]\nnode = \"a\"\ntab = \"log\"\nlink = \"a\"\n[proof]\npoint = \"a online\"\n";
    const WORDS: &str = "# A\n\nWhy?\n\n## about\n\nOne. Two.\n\n## try first\n\ndo it.\n";
    const CHINESE: &str = "# 甲\n\n为什么？\n\n## about\n\n一。二。\n\n## try first\n\n做吧。\n";
    const PICTURE: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"></svg>";

    /// Reads a folder `01-a` of these files and, if wanted, of others in place of them; a file without text is not there.
    fn with(name: &str, changes: &[(&str, &str)]) -> Result<Vec<Folder>, String> {
        let above = std::env::temp_dir().join(format!("resync-lessons-{name}-{}", std::process::id()));
        let folder = above.join("01-a");
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let usual = [("scene.resync", SCENE), ("lesson.toml", SHEET), ("en.md", WORDS), ("zh.md", CHINESE), ("picture.svg", PICTURE)];
        for (file, text) in usual.iter().chain(changes) {
            std::fs::write(folder.join(file), text).expect("a file");
            if text.is_empty() {
                std::fs::remove_file(folder.join(file)).expect("it was there");
            }
        }
        let read = read_all(&above);
        std::fs::remove_dir_all(above).ok();
        read
    }

    #[test]
    fn a_folder_is_read_whole() {
        let (look, proof) = SHEET.split_at(SHEET.find("[proof]").expect("a table"));
        let sheet = format!(
            "{look}[[variant]]\nedit = [{{ line = \"era 3.0\", becomes = \"era 4.0\" }}]\nwords = {{ zh = \"四\", en = \"4.0\" }}\nfails = [\"x\"]\n\
             [[goal]]\nwhen = \"a online\"\nwords = {{ en = \"online\", zh = \"在线\" }}\n{proof}solution = \"at 1s crash a\\n\"\nbreaks = [\"I7\"]\n"
        );
        let read = with("whole", &[("lesson.toml", &sheet), ("fr.md", &WORDS.replace("# A", "# Un"))]).expect("well formed").remove(0);
        let Folder { lesson, proof, .. } = &read;
        assert_eq!((lesson.id.as_str(), lesson.text.as_str(), lesson.look.tab.as_str()), ("01-a", SCENE, "log"));
        assert_eq!(lesson.telling(&lesson.variants[0]), SCENE.replace("3.0", "4.0"));
        assert_eq!(lesson.variants[0].words.get(&["fr"]).map(String::as_str), Some("4.0"), "English is what others fall back on");
        assert_eq!(
            lesson.words.iter().map(|(code, words)| (code, words.title.as_str())).collect::<Vec<_>>(),
            [("en", "A"), ("fr", "Un"), ("zh", "甲")]
        );
        assert_eq!(
            (proof.point.as_str(), proof.solution.as_str(), proof.breaks.contains("I7"), proof.variants[0].fails.contains("x")),
            ("a online", "at 1s crash a\n", true, true)
        );
        assert_eq!(packed::read_lesson(&packed::lesson(lesson)).as_ref(), Ok(lesson));
        let entry = read.entry();
        assert_eq!(entry.cards.get(&["zh"]).map(|card| card.line.as_str()), Some("为什么？"));
        assert!(entry.file.starts_with("01-a-") && entry.file.ends_with(".txt"), "{}", entry.file);
        let other = with("other", &[("scene.resync", &format!("{SCENE}seed 2\n"))]).expect("well formed").remove(0);
        assert_ne!(other.file(), entry.file, "another content has another name");
    }

    #[test]
    fn whatever_is_wrong_is_said_with_its_file() {
        let sheet = |more: &str| format!("{SHEET}{more}");
        let twice = "[[variant]]\nedit = []\nwords = { en = \"x\", zh = \"x\" }\n";
        for (file, text, says) in [
            ("zh.md", "", "01-a/zh.md: missing"),
            ("picture.svg", "", "01-a/picture.svg: "),
            ("picture.svg", "<svg viewBox=\"0 0 1 1\"><script/></svg>", "01-a/picture.svg: <script>"),
            ("lesson.toml", "[look]\nnode = 1\n", "01-a/lesson.toml: "),
            ("lesson.toml", &sheet("[lunch]\n"), "unknown field `lunch`"),
            ("lesson.toml", &SHEET.replace("a online", ""), "[proof] has no point"),
            ("lesson.toml", &sheet(twice), "what is told already"),
            (
                "lesson.toml",
                &sheet("[[variant]]\nedit = [{ line = \"era 9\", becomes = \"x\" }]\nwords = { en = \"x\" }\n"),
                "stands 0 times",
            ),
            ("lesson.toml", &sheet("[[goal]]\nwhen = \"a online\"\nwords = { en = \"x\" }\n"), "a goal has no words in zh"),
            ("scene.resync", "title A\nnode a\n", "no line `lesson 01-a`"),
            ("scene.resync", "lesson 01-a\ntitle B\nnode a\n", "its title is"),
            ("en.md", "# A\n\nWhy?\n", "01-a/en.md: about is empty"),
            ("en.md", &WORDS.replace("# A", "# A."), "a title is no sentence"),
            ("zh.md", &CHINESE.replace("一。二。", "一。"), "01-a/zh.md: what it is about has two to five sentences, not 1"),
            ("en.md", &WORDS.replace("Why?", "Why"), "one sentence"),
            ("en.md", &WORDS.replace("do it.", "do it"), "try first is one sentence"),
            ("notes.txt", "x", "01-a/notes.txt: no part of a lesson"),
        ] {
            let why = with("wrong", &[(file, text)]).expect_err(says);
            assert!(why.contains(says), "{file} {text:?}: {why}");
        }
    }

    const COURSE: &str = "[course]\nminutes = 4\nchapter = 1\nvalues = \"\"\"\n# what is missing\ngap = a gap at now >= 5s\n\"\"\"\n\
        [[course.pause]]\nid = \"sent\"\nwhen = \"now > 1s\"\n\
        [course.bet]\nuntil = \"now > 5s\"\nmoment = \"now > 4s\"\n\
        choice = [{ id = \"none\", when = \"a gap = 0\" }, { id = \"one\", when = \"a gap > 0\" }]\n\
        [[course.sentence]]\nid = \"async\"\nwhen = \"a gap > 0\"\n\
        [course.twin]\nedit = [{ line = \"era 3.0\", becomes = \"era 4.0\" }]\nuntil = \"now > 9s\"\nrow = [{ id = \"gap\", value = \"gap\", decisive = true }]\n\
        [course.transfer.bet]\nuntil = \"now > 5s\"\nmoment = \"now > 4s\"\nnumber = { value = \"gap\", near = 50, unit = \"B\" }\n\
        [[course.item]]\nid = \"how-far\"\nscene = \"far\"\n[course.item.bet]\nuntil = \"now > 5s\"\nmoment = \"now > 4s\"\n\
        curve = { field = \"a gap\", from_ms = 1, to_ms = 5, top = 9, near = 80, line = 7 }\n\
        [proof.course]\nbet = \"none\"\ntwin = \"1 | 2\"\n";
    const SECTIONS: &str = "## touches\nt\n## symptom\ns\n## parts\np\n## pauses\n### sent\nIt left.\n## bet\nQ?\n### none: None\nF {gap}.\n### one: One\nG.\n\
        ## because\nB.\n### async\nS.\n## twin: 4.0\nT {twin.gap}.\n### gap: Bytes\n## transfer\nQ?\n### near\nN.\n### far\nF.\n\
        ## item how-far\nQ?\n### near\nN.\n### far\nF.\n### line: backlog\n";

    /// A folder with a course, and with changes in its sheet or its English words.
    fn course(name: &str, sheet: (&str, &str), words: (&str, &str)) -> Result<Vec<Folder>, String> {
        let sheet = format!("{SHEET}{COURSE}").replace(sheet.0, sheet.1);
        let english = format!("{WORDS}{SECTIONS}").replace(words.0, words.1);
        with(
            name,
            &[
                ("lesson.toml", &sheet),
                ("en.md", &english),
                ("zh.md", &format!("{CHINESE}{SECTIONS}")),
                ("transfer.resync", "node b\n"),
                ("item-far.resync", "node c\n"),
            ],
        )
    }

    #[test]
    fn a_course_is_read_with_its_words_and_scenes() {
        let folder = course("course", ("#", "#"), ("Q?", "Q?")).unwrap_or_else(|why| panic!("{why}")).remove(0);
        let course = folder.lesson.course.as_deref().expect("a course");
        assert_eq!((course.values.len(), course.values[0].name.as_str(), course.values[0].from.as_str()), (1, "gap", "a gap at now >= 5s"));
        let Ask::Choose { choices } = &course.bet.ask else { panic!("{:?}", course.bet.ask) };
        assert_eq!(choices[0].words.exactly("zh").map(String::as_str), Some("None"));
        assert_eq!(choices[1].feedback.exactly("en").map(String::as_str), Some("G."));
        let twin = course.twin.as_ref().expect("a twin");
        assert_eq!((twin.name.exactly("en").map(String::as_str), twin.rows[0].decisive), (Some("4.0"), true));
        assert_eq!(course.transfer.as_ref().map(|transfer| transfer.text.as_str()), Some("node b\n"));
        assert_eq!(course.items[0].text, "node c\n");
        assert!(matches!(&course.items[0].bet.ask, Ask::Curve { line: Some((7, words)), .. } if words.exactly("en").is_some()));
        assert_eq!((folder.proof.course.bet.as_str(), folder.proof.course.twin.as_str()), ("none", "1 | 2"));
        assert_eq!(packed::read_lesson(&packed::lesson(&folder.lesson)), Ok(folder.lesson));
    }

    #[test]
    fn whatever_is_wrong_in_a_course_is_said_with_its_place() {
        let nothing = ("\u{0}", "");
        for (sheet, words, says) in [
            (nothing, ("## because", "## cause"), "en.md: there is no `## because`"),
            (nothing, ("## because", "## cause"), "en.md, line 27: nothing in lesson.toml asks for `## cause`"),
            (nothing, ("### none: None", "### none"), "en.md, line 23: `### none` of `## bet` has no few words behind a colon"),
            (nothing, ("S.\n", ""), "en.md, line 29: `### async` of `## because` has no text"),
            (nothing, ("### gap", "### lag"), "asks for `### lag` of `## twin`"),
            (("gap = a gap at now >= 5s", "gap: a"), nothing, "lesson.toml, line 12: `gap: a` is no value"),
            (
                ("[proof.course]", "[[course.item]]\nid = \"x\"\n[course.item.bet]\nuntil = \"\"\nmoment = \"\"\n[proof.course]"),
                nothing,
                "item-x.resync: missing",
            ),
            (("number = ", "choice = []\n#"), nothing, "the bet of `transfer` has one of choice, number, curve, order"),
            (("decisive = true", "decisive = false"), nothing, "exactly one is decisive"),
            (("line = \"era 3.0\"", "line = \"era 2.8\""), nothing, "of the twin stands 0 times"),
            (("minutes = 4\n", ""), nothing, "missing field `minutes`"),
        ] {
            let why = course("wrong-course", sheet, words).expect_err(says);
            assert!(why.contains(says), "{why}\ninstead of {says}");
        }
    }
}

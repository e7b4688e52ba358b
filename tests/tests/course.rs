//! Every course of the page's lessons, held to its answers: the engine says what is true of its bets, sentences, twins, transfers and items.

use resync_lessons::course::{Ask, Bet, Choice, Course, Item};
use resync_lessons::folder::{CourseProof, Folder, read_all};
use resync_lessons::play::{self, Answer, Fault, Grade, Reading, Told, Truth};
use resync_lessons::tell::{self, Piece, Seen, Values};
use resync_lessons::{COMPLETE, Spoken, packed};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Seeds over which a sentence stays the true one, unless `RESYNC_SEEDS` says more.
const SEEDS: u64 = 8;
/// Seeds from which each item is made, unless `RESYNC_SEEDS` says more: then four times as many.
const ITEM_SEEDS: u64 = 10;
/// Words between two things that a person does.
const WORDS: usize = 60;
/// What a lesson weighs at most, bytes: texts, script, picture.
const WEIGHT: usize = 20 * 1024;
/// Numbers that texts may say though a run has them too: one, two, three times something.
const SMALL: i64 = 12;

/// How many seeds somebody wants.
fn seeds() -> Option<u64> {
    std::env::var("RESYNC_SEEDS").ok().and_then(|seeds| seeds.parse().ok())
}

/// The folders with a course; those alone whose names begin with `RESYNC_LESSON`, if somebody works on one.
fn courses() -> Vec<(Folder, Course)> {
    courses_of(&std::env::var("RESYNC_LESSON").unwrap_or_default())
}

/// The folders with a course whose names begin so.
fn courses_of(wanted: &str) -> Vec<(Folder, Course)> {
    let folders = read_all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/lessons")).unwrap_or_else(|why| panic!("{why}"));
    let with = |folder: Folder| folder.lesson.course.as_deref().cloned().map(|course| (folder, course));
    let courses: Vec<_> = folders.into_iter().filter(|folder| folder.lesson.id.starts_with(wanted)).filter_map(with).collect();
    assert!(!courses.is_empty(), "no lesson has a course");
    courses
}

fn right<T>(id: &str, read: Result<T, Fault>) -> T {
    read.unwrap_or_else(|fault| panic!("{id}: {fault}"))
}

/// A truth as `[proof.course]` tells it.
fn said(bet: &Bet, truth: Option<&Truth>, proof: &str) -> String {
    let names = |all: &[Choice], order: &[usize]| order.iter().map(|at| all[*at].id.as_str()).collect::<Vec<_>>().join(" ");
    match (&bet.ask, truth) {
        (Ask::Choose { choices }, Some(Truth::Choose(at))) => choices[*at].id.clone(),
        (Ask::Order { messages }, Some(Truth::Order(order))) => names(messages, order),
        (_, Some(Truth::Number(number))) => number.to_string(),
        (_, Some(Truth::Curve(points))) => {
            // Those points of it that the proof asks for.
            let asked = proof.split_whitespace().filter_map(|point| point.split('=').next()?.parse::<u64>().ok());
            let value = |ms: u64| points.iter().find(|(at, _)| *at == ms).and_then(|(_, value)| *value);
            asked.map(|ms| format!("{ms}={}", value(ms).map_or("none".into(), |value| value.to_string()))).collect::<Vec<_>>().join(" ")
        }
        _ => "nothing".to_owned(),
    }
}

/// An answer that is right, to see that it is graded so.
fn the_right_one(truth: &Truth) -> Answer {
    match truth {
        Truth::Choose(at) => Answer::Choose(*at),
        Truth::Number(number) => Answer::Number(*number),
        Truth::Curve(points) => Answer::Curve(points.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect()),
        Truth::Order(order) => Answer::Order(order.clone()),
    }
}

/// Everything that the bet says, with what it is called.
fn of_bet<'a>(name: &str, bet: &'a Bet, texts: &mut Vec<(String, &'a Spoken<String>)>) {
    texts.push((format!("{name}, question"), &bet.question));
    let choices = match &bet.ask {
        Ask::Choose { choices } => choices.as_slice(),
        Ask::Order { messages } => messages.as_slice(),
        Ask::Number { .. } | Ask::Curve { .. } => &[],
    };
    for choice in choices {
        texts.push((format!("{name}, {}", choice.id), &choice.words));
        texts.push((format!("{name}, feedback {}", choice.id), &choice.feedback));
    }
    texts.push((format!("{name}, near"), &bet.near_words));
    texts.push((format!("{name}, far"), &bet.far_words));
}

/// The texts of a lesson's own run, of its twin, of its transfer.
fn texts(course: &Course) -> [Vec<(String, &Spoken<String>)>; 3] {
    let mut own = vec![
        ("symptom".to_owned(), &course.symptom),
        ("parts".to_owned(), &course.parts),
        ("example".to_owned(), &course.example),
        ("because".to_owned(), &course.because),
    ];
    of_bet("bet", &course.bet, &mut own);
    own.extend(course.pauses.iter().map(|pause| ("a pause".to_owned(), &pause.words)));
    own.extend(course.sentences.iter().map(|sentence| ("a sentence".to_owned(), &sentence.words)));
    let mut twin = Vec::new();
    if let Some(of) = &course.twin {
        twin.extend([("twin".to_owned(), &of.words), ("twin's name".to_owned(), &of.name)]);
        twin.extend(of.rows.iter().map(|row| ("a row".to_owned(), &row.words)));
    }
    let mut transfer = Vec::new();
    if let Some(of) = &course.transfer {
        of_bet("transfer", &of.bet, &mut transfer);
    }
    [own, twin, transfer]
}

/// Every text has its values, in both languages; nothing is left out in one.
fn filled(id: &str, texts: &[(String, &Spoken<String>)], values: &Values) {
    for (name, spoken) in texts {
        let there: Vec<_> = COMPLETE.iter().filter(|code| spoken.exactly(code).is_some()).collect();
        assert!(there.is_empty() || there.len() == COMPLETE.len(), "{id}: {name} is said in {there:?} alone");
        for (code, text) in spoken.iter() {
            for piece in tell::pieces(text) {
                match piece {
                    Piece::Value(value, _) => assert!(values.contains_key(value), "{id}: {code}, {name}: the run has no value `{value}`"),
                    Piece::Wrong(inside) => panic!("{id}: {code}, {name}: `{{{inside}}}` is no value"),
                    Piece::Words(_) => {}
                }
            }
        }
    }
}

/// Words of a text: those of Latin letters, and three fifths of a word for each Chinese character.
fn words(text: &str) -> usize {
    let wide = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    let narrow: String = text.chars().map(|c| if wide(c) || "，。；：？！、“”（）".contains(c) { ' ' } else { c }).collect();
    narrow.split_whitespace().count() + text.chars().filter(|c| wide(*c)).count() * 3 / 5
}

/// Numbers in a text's own words.
fn numbers(text: &str) -> BTreeSet<i64> {
    let mut found = BTreeSet::new();
    for piece in tell::pieces(text) {
        let Piece::Words(words) = piece else { continue };
        let close = words.replace('\u{202f}', "");
        found.extend(close.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<i64>().ok()));
    }
    found
}

#[test]
fn the_lessons_of_a_chapter_are_in_an_order_of_their_own() {
    let mut chapters: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (_, course) in courses_of("") {
        chapters.entry(course.chapter).or_default().push(course.order);
    }
    for (chapter, mut orders) in chapters {
        orders.sort_unstable();
        assert!(orders.iter().copied().eq(1..=orders.len() as u32), "chapter {chapter}: {orders:?}");
    }
}

#[test]
fn every_course_reads_as_it_claims() {
    for (folder, course) in courses() {
        let (id, proof) = (&folder.lesson.id, &folder.proof.course);
        let own = right(id, Reading::of_lesson(&course, &folder.lesson.text)).whole();
        println!("{id}: {:?}", own.values);
        for value in &course.values {
            assert!(own.values.contains_key(&value.name), "{id}: `{}` never came: {}", value.name, value.from);
        }
        assert_eq!(said(&course.bet, own.truth.as_ref(), &proof.bet), proof.bet, "{id}: the bet; {:?} hold", own.holding);
        let truth = own.truth.as_ref().expect("it was compared");
        assert_eq!(play::grade(&course.bet.ask, truth, &the_right_one(truth)), Grade::Right, "{id}");
        assert!(own.moment <= own.until, "{id}: the moment comes before all is known");
        assert!(own.pauses.iter().all(Option::is_some), "{id}: pauses {:?}", own.pauses);
        assert!(own.prints.iter().all(Option::is_some), "{id}: what real Redis prints: {:?}", own.prints);
        let holding: Vec<usize> = (1..).zip(&own.sentences).filter(|(_, holds)| **holds).map(|(at, _)| at).collect();
        let expected: &[usize] = if course.sentences.is_empty() { &[] } else { &[proof.because] };
        assert_eq!(holding, expected, "{id}: the sentences that are true, from 1");

        for card in &course.cards {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/cards").join(card).is_dir(), "{id}: there is no card {card}");
        }

        let [of_own, of_twin, of_transfer] = texts(&course);
        filled(id, &of_own, &own.values);
        if let Some(twin) = &course.twin {
            let text = right(id, play::twin_text(&course, &folder.lesson.text));
            let mut reading = right(id, Reading::of_twin(&course, &text));
            while !reading.go_on(10_000) {}
            let told = reading.told();
            let row = twin.rows.iter().position(|row| row.decisive).expect("one is");
            let cell = |told: &Told| told.rows[row].as_ref().map_or("none".to_owned(), |seen| tell::Form::Raw.told(seen, "en"));
            assert_eq!(format!("{} | {}", cell(&own), cell(&told)), proof.twin, "{id}: the decisive row");
            assert_ne!(cell(&own), cell(&told), "{id}: the decisive row tells them apart");
            assert!(own.rows.iter().all(Option::is_some), "{id}: every row has its value: {:?}", own.rows);
            filled(id, &of_twin, &play::together(&own, &told));
            let mut own_run = right(id, Reading::of_lesson(&course, &folder.lesson.text));
            while !own_run.go_on(10_000) {}
            assert!(play::first_difference(own_run.run(), reading.run()).is_some(), "{id}: the twin's journal is the same");
        }
        if let Some(transfer) = &course.transfer {
            let told = right(id, Reading::of_transfer(transfer)).whole();
            assert_eq!(
                said(&transfer.bet, told.truth.as_ref(), &proof.transfer),
                proof.transfer,
                "{id}: the transfer; {:?} hold",
                told.holding
            );
            filled(id, &of_transfer, &told.values);
        }
    }
}

/// The scene with its seed drawn, and with what else may vary.
fn varied(folder: &Folder, proof: &CourseProof, seed: u64) -> String {
    let line = |line: &str| {
        let edit = proof.vary.edits.iter().find(|edit| edit.line == line);
        match edit {
            Some(edit) => edit.becomes.clone(),
            None if line.starts_with("seed ") => "seed $seed".to_owned(),
            None => line.to_owned(),
        }
    };
    for edit in &proof.vary.edits {
        assert!(folder.lesson.text.lines().any(|line| line == edit.line), "{}: `{}` is no line of the scene", folder.lesson.id, edit.line);
    }
    let lines: Vec<String> = folder.lesson.text.lines().map(line).collect();
    let item = Item { text: format!("{}{}\n", proof.vary.draw, lines.join("\n")), ..Item::default() };
    right(&folder.lesson.id, play::fresh(&item, seed)).text
}

/// A "because" that is asked has one true sentence whatever the seed.
#[test]
fn exactly_one_sentence_is_true_whatever_the_seed() {
    let seeds = seeds().unwrap_or(SEEDS);
    let mut wrong = Vec::new();
    for (folder, mut course) in courses() {
        let (id, proof) = (&folder.lesson.id, &folder.proof.course);
        if course.sentences.is_empty() {
            continue;
        }
        // What only other texts want is not waited for.
        course.twin = None;
        course.pauses.clear();
        course.prints.clear();
        let mut different = BTreeSet::new();
        for seed in 0..seeds {
            let text = varied(&folder, proof, seed);
            let mut reading = right(id, Reading::of_sentences(&course, &text));
            while !reading.go_on(10_000) {}
            let told = reading.told();
            let holding: Vec<usize> = (1..).zip(&told.sentences).filter(|(_, holds)| **holds).map(|(at, _)| at).collect();
            if holding != [proof.because] {
                wrong.push(format!("{id}: from seed {seed} these are true: {holding:?}, not {}; {:?}\n{text}", proof.because, told.values));
                break;
            }
            let moments: Vec<_> = reading.run().recorder().journal().entries().iter().map(|entry| (entry.at, entry.last_at)).collect();
            different.insert(format!("{moments:?} {:?}", told.values));
        }
        if different.len() == 1 {
            wrong.push(format!("{id}: nothing varies over {seeds} seeds: say what may, in [proof.course.vary]"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_item_has_exactly_one_answer_whatever_the_seed() {
    let seeds = seeds().map_or(ITEM_SEEDS, |_| 4 * ITEM_SEEDS);
    for (folder, course) in courses() {
        let id = &folder.lesson.id;
        assert!(course.items.len() >= 4, "{id}: {} items; a lesson has four at least", course.items.len());
        for item in &course.items {
            let mut answers: BTreeMap<String, u64> = BTreeMap::new();
            let mut scenes = BTreeSet::new();
            for seed in 0..seeds {
                let fresh = right(id, play::fresh(item, seed));
                let told = right(id, Reading::of_item(&fresh)).whole();
                let name = format!("{id}, item {} from seed {seed}", item.id);
                let answer = said(&fresh.bet, told.truth.as_ref(), "");
                assert!(told.truth.is_some(), "{name}: {:?} hold, of {:?}\n{}", told.holding, told.values, fresh.text);
                if let Ask::Choose { choices } = &fresh.bet.ask {
                    let labels: BTreeSet<String> =
                        choices.iter().filter_map(|choice| Some(tell::fill(choice.words.exactly("en")?, &told.values, "en"))).collect();
                    assert_eq!(labels.len(), choices.len(), "{name}: two choices read the same: {labels:?}");
                }
                let mut texts = Vec::new();
                of_bet(&item.id, &fresh.bet, &mut texts);
                filled(&name, &texts, &told.values);
                *answers.entry(answer).or_default() += 1;
                scenes.insert(fresh.text);
            }
            assert!(scenes.len() >= 3, "{id}, item {}: only {} scenes", item.id, scenes.len());
            println!("{id}, item {}: {answers:?}", item.id);
        }
    }
}

#[test]
fn a_course_asks_often_and_says_little() {
    for (folder, course) in courses() {
        let id = &folder.lesson.id;
        let graded = 1 + usize::from(!course.sentences.is_empty()) + usize::from(course.transfer.is_some()) + 2;
        assert!(
            graded >= course.minutes as usize,
            "{id}: {graded} graded acts in {} minutes, two of the warm-up among them",
            course.minutes
        );
        let [own, twin, transfer] = texts(&course);
        for (name, spoken) in own.iter().chain(&twin).chain(&transfer) {
            for (code, text) in spoken.iter() {
                assert!(words(text) <= WORDS, "{id}: {code}, {name}: {} words without an act between them", words(text));
            }
        }
        for code in COMPLETE {
            let together: usize =
                [&course.symptom, &course.parts].iter().filter_map(|spoken| spoken.exactly(code)).map(|text| words(text)).sum();
            assert!(together <= WORDS + WORDS / 3, "{id}: {code}: {together} words before the first bet");
        }
        let weight = packed::lesson(&folder.lesson).len() + folder.picture.len();
        println!("{id}: {weight} bytes");
        assert!(weight <= WEIGHT, "{id}: {weight} bytes of texts, script and picture");
    }
}

/// A number of the run in a text by hand would stay when the engine's answer changes.
#[test]
fn no_number_of_the_run_is_typed_into_a_text() {
    for (folder, course) in courses() {
        let id = &folder.lesson.id;
        let own = right(id, Reading::of_lesson(&course, &folder.lesson.text)).whole();
        let [of_own, of_twin, of_transfer] = texts(&course);
        let check = |texts: &[(String, &Spoken<String>)], values: &Values, scene: &str| {
            // What the scene says may be said: it is set, and comes from no run.
            let set = numbers(scene);
            let run: BTreeMap<i64, &String> = values
                .iter()
                .filter_map(|(name, seen)| if let Seen::Number(number) = seen { Some((*number, name)) } else { None })
                .filter(|(number, _)| *number > SMALL && !set.contains(number))
                .collect();
            for (name, spoken) in texts {
                for (code, text) in spoken.iter() {
                    for number in numbers(text) {
                        if let Some(value) = run.get(&number) {
                            panic!("{id}: {code}, {name} says {number} by hand: `{{{value}}}` is that");
                        }
                    }
                }
            }
        };
        check(&of_own, &own.values, &folder.lesson.text);
        check(&of_twin, &own.values, &folder.lesson.text);
        if let Some(transfer) = &course.transfer {
            check(&of_transfer, &right(id, Reading::of_transfer(transfer)).whole().values, &transfer.text);
        }
    }
}

/// The example of CONTRIBUTING.md is a lesson: it is read, and its answers are what it says.
#[test]
fn the_worked_example_is_a_lesson() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../CONTRIBUTING.md")).expect("it is there");
    let above = std::env::temp_dir().join(format!("resync-example-{}", std::process::id()));
    let mut name = None;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(rest) = line.strip_prefix("`90-how-late/") {
            name = rest.split('`').next();
        } else if line.starts_with("```")
            && let Some(name) = name.take()
        {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let file = above.join("90-how-late").join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("a temporary folder");
            std::fs::write(&file, block.join("\n") + "\n").expect("a file");
            if name == "en.md" {
                let chinese = block.join("\n").replace("# How late\n", "# 晚多久\n") + "\n";
                std::fs::write(file.with_file_name("zh.md"), chinese).expect("a file");
            }
        }
    }
    let read = read_all(&above);
    std::fs::remove_dir_all(&above).ok();
    let folder = read.unwrap_or_else(|why| panic!("{why}")).remove(0);
    let course = folder.lesson.course.as_deref().expect("it has a course");
    let own = right("the example", Reading::of_lesson(course, &folder.lesson.text)).whole();
    assert_eq!(said(&course.bet, own.truth.as_ref(), ""), folder.proof.course.bet, "{:?}", own.values);
    let twin = right("the example", play::twin_text(course, &folder.lesson.text).and_then(|text| Reading::of_twin(course, &text))).whole();
    assert_eq!(format!("{:?} {:?}", own.rows, twin.rows), "[Some(Number(120))] [Some(Number(20))]");
    filled("the example", &texts(course)[0], &own.values);
    for seed in 0..20 {
        let fresh = right("the example", play::fresh(&course.items[0], seed));
        let told = right("the example", Reading::of_item(&fresh)).whole();
        assert_eq!(said(&fresh.bet, told.truth.as_ref(), ""), "once", "{:?}", told.values);
    }
}

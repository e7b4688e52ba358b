//! Every refutation card: two languages, a lesson in which it is seen, and recordings of real servers that hold, word for word, what it quotes of them.

use resync_lessons::cards;
use resync_lessons::folder::read_all;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the project's root").to_path_buf()
}

/// Whether this event of a recording holds these words: in a line, in the bytes on the wire, as a field of INFO, as a command with its reply.
fn holds(event: &Value, words: &str) -> bool {
    let text = |name: &str| event[name].as_str().unwrap_or_default();
    let field = |(name, value): (&String, &Value)| format!("{name}:{}", value.as_str().unwrap_or_default()).contains(words);
    ["text", "bytes_escaped"].iter().any(|name| text(name).contains(words))
        || event["fields"].as_object().is_some_and(|fields| fields.iter().any(field))
        || format!("{} -> {}", text("text"), text("reply")).contains(words)
}

#[test]
fn what_a_card_quotes_stands_in_a_recording_of_a_real_server() {
    for card in cards::read_all(&root().join("web/cards")).unwrap_or_else(|why| panic!("{why}")) {
        assert!(!card.shows.is_empty(), "{}: no real server shows it", card.id);
        for shown in &card.shows {
            let file = root().join(format!("tests/captures/{}.json", shown.recording));
            let text = std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {}: {why}", card.id, file.display()));
            let recording: Value = serde_json::from_str(&text).expect("a recording");
            let found = recording["events"].as_array().is_some_and(|events| events.iter().any(|event| holds(event, &shown.prints)));
            assert!(found && !shown.prints.is_empty(), "{}: {} does not hold `{}`", card.id, shown.recording, shown.prints);
        }
    }
}

#[test]
fn a_card_and_its_lesson_know_each_other() {
    let cards = cards::read_all(&root().join("web/cards")).unwrap_or_else(|why| panic!("{why}"));
    let lessons = read_all(&root().join("web/lessons")).unwrap_or_else(|why| panic!("{why}"));
    for folder in &lessons {
        let named = folder.lesson.course.iter().flat_map(|course| &course.cards);
        for name in named {
            assert!(cards.iter().any(|card| card.id == *name), "{}: there is no card `{name}`", folder.lesson.id);
        }
    }
    for card in &cards {
        assert!(lessons.iter().any(|folder| folder.lesson.id == card.lesson), "{}: there is no lesson `{}`", card.id, card.lesson);
    }
}

//! Items made afresh: numbers drawn from a seed.
//!
//! ```text
//! draw away = 4..20               a whole number from 4 to 20
//! draw rate = 20 50 100           one of these words
//! era 3.0
//! seed $seed                      the seed itself is there as well
//! at 10s cut master replica-1
//! at $back heal …                 what was drawn is put in as it stands
//! ```
//!
//! The `draw` lines stand at the head of the scene. `$name` in the scene, in values and in conditions gives way to what was drawn; in words `{name}` does.

use super::draw::drawn;
use super::fault::Fault;
use crate::Spoken;
use crate::course::{Ask, Bet, Choice, Item};
use crate::tell::{self, Piece, Seen, Values};

/// Draws of one item at most.
const DRAWS: usize = 16;

/// Makes an item afresh: its draws are done, its scene is a scene, its answers stand in an order of their own.
///
/// # Errors
/// Names the line of the scene that is no draw.
pub fn fresh(item: &Item, seed: u64) -> Result<Item, Fault> {
    let place = format!("item {}, scene", item.id);
    // Small, so that a scenario takes it and a person can read it.
    let mut draws: Vec<(String, String)> = vec![("seed".to_owned(), (drawn(seed, 0) % 1_000_000).to_string())];
    let mut scene = String::with_capacity(item.text.len());
    for (at, line) in item.text.lines().enumerate() {
        let Some(draw) = line.strip_prefix("draw ") else {
            scene.push_str(line);
            scene.push('\n');
            continue;
        };
        let wrong = |why: &str| Fault::new(&place, 0, format!("line {}: `{line}`: {why}", at + 1));
        let (name, from) = draw.split_once('=').map(|(name, from)| (name.trim(), from.trim())).ok_or_else(|| wrong("expected name = …"))?;
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') || draws.iter().any(|(there, _)| there == name) {
            return Err(wrong("a draw's name has small letters and _, and stands once"));
        }
        if draws.len() > DRAWS {
            return Err(wrong("too many draws"));
        }
        let lot = drawn(seed, draws.len() as u64);
        let range = from.split_once("..").and_then(|(low, high)| Some((low.parse::<u64>().ok()?, high.parse::<u64>().ok()?)));
        let value = match range {
            Some((low, high)) if low <= high && high < u64::MAX => (low + lot % (high - low + 1)).to_string(),
            Some(_) => return Err(wrong("a range goes up")),
            None => {
                let words: Vec<&str> = from.split_whitespace().collect();
                let word = words.get((lot % words.len().max(1) as u64) as usize).ok_or_else(|| wrong("expected a..b or words"))?;
                (*word).to_owned()
            }
        };
        draws.push((name.to_owned(), value));
    }
    // Longer names first: `$away` is not `$a` with letters behind it.
    draws.sort_by_key(|(name, _)| (usize::MAX - name.len(), name.clone()));
    let put = |text: &str| draws.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value));
    let known: Values =
        draws.iter().map(|(name, value)| (name.clone(), value.parse().map_or_else(|_| Seen::Text(value.clone()), Seen::Number))).collect();
    let mut made = item.clone();
    made.text = put(&scene);
    for value in &mut made.values {
        value.from = put(&value.from);
    }
    bet(&mut made.bet, &put, &known);
    if let Ask::Choose { choices: shuffled } | Ask::Order { messages: shuffled } = &mut made.bet.ask {
        // The answer has no place of its own that one could remember.
        for left in (2..=shuffled.len()).rev() {
            let lot = drawn(seed, (DRAWS + left) as u64) % left as u64;
            shuffled.swap(left - 1, lot as usize);
        }
    }
    Ok(made)
}

fn bet(bet: &mut Bet, put: &dyn Fn(&str) -> String, known: &Values) {
    bet.until = put(&bet.until);
    bet.moment = put(&bet.moment);
    for words in [&mut bet.question, &mut bet.near_words, &mut bet.far_words] {
        *words = said(words, known);
    }
    let each = |choices: &mut Vec<Choice>| {
        for choice in choices {
            choice.when = put(&choice.when);
            choice.words = said(&choice.words, known);
            choice.feedback = said(&choice.feedback, known);
        }
    };
    match &mut bet.ask {
        Ask::Choose { choices } => each(choices),
        Ask::Order { messages } => each(messages),
        Ask::Number { .. } | Ask::Curve { .. } => {}
    }
}

/// Words with what was drawn in them; values of the run stay in their braces.
fn said(words: &Spoken<String>, known: &Values) -> Spoken<String> {
    let one = |(code, text): (&str, &String)| {
        let piece = |piece: Piece<'_>| match piece {
            Piece::Value(name, form) => match known.get(name) {
                Some(seen) => form.told(seen, code),
                None => tell::braces(name, form),
            },
            Piece::Words(words) => words.to_owned(),
            Piece::Wrong(words) => format!("{{{words}}}"),
        };
        (code.to_owned(), tell::pieces(text).map(piece).collect())
    };
    words.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::Value;

    fn item(text: &str) -> Item {
        let said = |text: &str| [("en".to_owned(), text.to_owned())].into_iter().collect();
        Item {
            id: "far".into(),
            text: text.into(),
            values: vec![Value { name: "gap".into(), from: "a gap at now >= $away".into() }],
            bet: Bet {
                question: said("{rate} a second, {size:bytes}, {away}: {gap}?"),
                ask: Ask::Choose { choices: vec![Choice { when: "let gap > $rate".into(), words: said("{size}"), ..Choice::default() }] },
                until: "now >= $away".into(),
                ..Bet::default()
            },
        }
    }

    #[test]
    fn what_is_drawn_stands_in_scene_conditions_and_words() {
        let of = item(
            "draw rate = 20 50\ndraw size = 1000..1000\ndraw away = 7s\nseed $seed\nclient w on a: every $rates SET k {$size bytes}\n",
        );
        let made = fresh(&of, 1).expect("well formed");
        let rate = if made.text.contains("every 20s") { "20" } else { "50" };
        assert!(made.text.ends_with(&format!("\nclient w on a: every {rate}s SET k {{1000 bytes}}\n")), "{}", made.text);
        assert_eq!((made.values[0].from.as_str(), made.bet.until.as_str()), ("a gap at now >= 7s", "now >= 7s"));
        assert_eq!(made.bet.question.exactly("en"), Some(&format!("{rate} a second, 1\u{202f}000 bytes, 7s: {{gap}}?")));
        let Ask::Choose { choices } = &made.bet.ask else { panic!("{:?}", made.bet.ask) };
        assert_eq!(
            (choices[0].when.clone(), choices[0].words.exactly("en")),
            (format!("let gap > {rate}"), Some(&"1\u{202f}000".to_owned()))
        );
        assert_eq!(fresh(&of, 1), Ok(made), "the same seed is the same item");
    }

    #[test]
    fn seeds_reach_every_draw() {
        let of = item("draw n = 3..6\nn $n\n");
        let mut seen: Vec<String> = (0..64).map(|seed| fresh(&of, seed).expect("well formed").text).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["n 3\n", "n 4\n", "n 5\n", "n 6\n"]);
    }

    #[test]
    fn answers_have_no_place_of_their_own() {
        let mut of = item("node a\n");
        let choice = |id: &str| Choice { id: id.into(), ..Choice::default() };
        of.bet.ask = Ask::Choose { choices: ["a", "b", "c"].map(choice).to_vec() };
        let order = |seed| match fresh(&of, seed).expect("well formed").bet.ask {
            Ask::Choose { choices } => choices.iter().map(|choice| choice.id.as_str()).collect::<String>(),
            other => panic!("{other:?}"),
        };
        let mut seen: Vec<String> = (0..64).map(order).collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen, ["abc", "acb", "bac", "bca", "cab", "cba"]);
    }

    #[test]
    fn a_draw_that_is_none_is_named() {
        for (text, says) in [
            ("draw\tn", None),
            ("draw n", Some("line 1: `draw n`: expected name")),
            ("era 3.0\ndraw n = 5..4", Some("line 2: `draw n = 5..4`: a range goes up")),
            ("draw n =", Some("expected a..b or words")),
            ("draw n = 1\ndraw n = 2", Some("stands once")),
            ("draw seed = 1", Some("stands once")),
            ("draw N = 1", Some("small letters")),
        ] {
            let made = fresh(&item(text), 1);
            match says {
                None => assert!(made.is_ok(), "{text}"),
                Some(says) => assert!(made.as_ref().is_err_and(|fault| fault.to_string().contains(says)), "{text}: {made:?}"),
            }
        }
    }
}

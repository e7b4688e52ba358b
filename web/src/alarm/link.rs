//! A rule as a link: `#alarms.` and base64url of how long it has to hold, a line break, and its text.

use super::span;
use base64ct::{Base64UrlUnpadded, Encoding};
use resync_alarms::published;
use resync_alarms::rules::TEXT_MAX;

/// What every such link begins with, without its `#`.
pub const PREFIX: &str = "alarms.";

/// The link's fragment, `#` included.
#[must_use]
pub fn encode(text: &str, hold: &str) -> String {
    format!("#{PREFIX}{}", Base64UrlUnpadded::encode_string(format!("{}\n{text}", hold.trim()).as_bytes()))
}

/// Text and span of a fragment, with or without its `#`; nothing if it is none of this form, or too long.
#[must_use]
pub fn decode(fragment: &str) -> Option<(String, String)> {
    let body = fragment.strip_prefix('#').unwrap_or(fragment).strip_prefix(PREFIX)?;
    if body.len() > TEXT_MAX * 2 {
        return None;
    }
    let text = String::from_utf8(Base64UrlUnpadded::decode_vec(body).ok()?).ok()?;
    let (hold, text) = text.split_once('\n')?;
    Some((text.to_owned(), hold.to_owned()))
}

/// Refutation cards whose belief stands behind an alarm, or is refuted by one: the card's id, and the rule's name.
const CARDS: [(&str, &str); 7] = [
    ("lag-is-delay", "lag-5-2m"),
    ("growing-lag-lost-data", "lag-10-2m"),
    ("offset-zero-no-data", "sync-replica"),
    ("reconnecting-cures", "flapping"),
    ("ping-near-timeout-loops", "again"),
    ("bigger-backlog-less-lag", "behind"),
    ("long-transfer-times-out", "stuck"),
];

/// A link to the alarm of a refutation card, if it has one.
#[must_use]
pub fn of_card(card: &str) -> Option<String> {
    let id = CARDS.iter().find(|(own, _)| *own == card)?.1;
    let known = published::ALL.iter().find(|known| known.id == id)?;
    Some(encode(known.text, &span(known.for_s * 1_000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_travels_in_a_link_and_what_is_none_does_not() {
        let link = encode("a > 5\n# 甲", "2m");
        let wanted = Some(("a > 5\n# 甲".to_owned(), "2m".to_owned()));
        assert_eq!((decode(&link), decode(&link[1..])), (wanted.clone(), wanted));
        for odd in ["", "#", "#alarms", "#alarms.", "#alarms.%%", "#alarms._w", "#alarms.AA", "#v1.AA"] {
            assert_eq!(decode(odd), None, "{odd}");
        }
        for (card, id) in CARDS {
            let link = of_card(card).unwrap_or_else(|| panic!("{id}"));
            assert!(decode(&link).is_some() && std::path::Path::new("cards").join(card).is_dir(), "{card}");
        }
        assert_eq!(of_card("no-such-card"), None);
        assert_eq!(decode(&encode(&"a".repeat(TEXT_MAX * 2), "")), None);
    }
}

//! A lesson that somebody wrote, as a link: `#l1.` and base64url of its text. It is a stranger's text: see [`resync_lessons::joined`].

use base64ct::{Base64UrlUnpadded, Encoding};
use resync_lessons::joined;

/// What every such link begins with.
pub const PREFIX: &str = "#l1.";

/// The link's fragment, `#l1.` included.
#[must_use]
pub fn encode(text: &str) -> String {
    format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(text.as_bytes()))
}

/// The text of a fragment, with or without its `#`; nothing if it is none of this form, or too long.
#[must_use]
pub fn decode(fragment: &str) -> Option<String> {
    let body = fragment.strip_prefix(PREFIX).or_else(|| fragment.strip_prefix(&PREFIX[1..]))?;
    if body.len() > joined::LARGEST * 4 / 3 + 4 {
        return None;
    }
    String::from_utf8(Base64UrlUnpadded::decode_vec(body).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_travels_in_a_link_and_what_is_none_does_not() {
        let text = "=== scene.resync\nera 3.0\n=== zh.md\n# 甲\n";
        let link = encode(text);
        assert_eq!((decode(&link).as_deref(), decode(&link[1..]).as_deref()), (Some(text), Some(text)));
        for odd in ["", "#", "#l1", "#l2.AAAA", "#l1.%%", "#l1._w", "#v1.AA"] {
            assert_eq!(decode(odd), None, "{odd}");
        }
        assert_eq!(decode(&format!("{PREFIX}{}", "A".repeat(joined::LARGEST * 2))), None);
    }
}

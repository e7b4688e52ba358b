//! The pattern language of KEYS, SCAN and CONFIG GET: `*`, `?`, `[abc]`, `[^a-z]`, `\x`.

/// Whether `pattern` matches the whole of `text`. Never takes longer than their lengths' product.
#[must_use]
pub fn matches(pattern: &[u8], text: &[u8], nocase: bool) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on after the last star, and with which byte of the text.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        match one(&pattern[p.min(pattern.len())..], text[t], nocase) {
            Some(used) => {
                p += used;
                t += 1;
            }
            None => {
                let Some((after, from)) = star else { return false };
                star = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|b| *b == b'*')
}

/// Whether `pattern` has any special byte at all: without one it can only name one thing.
#[must_use]
pub fn is_pattern(pattern: &[u8]) -> bool {
    pattern.iter().any(|b| matches!(b, b'*' | b'?' | b'['))
}

/// Matches one byte of text against the element that `pattern` begins with; says how long the element is.
fn one(pattern: &[u8], byte: u8, nocase: bool) -> Option<usize> {
    let fold = |b: u8| if nocase { b.to_ascii_lowercase() } else { b };
    match *pattern.first()? {
        b'?' => Some(1),
        b'[' => {
            let mut at = 1;
            let not = pattern.get(at) == Some(&b'^');
            at += usize::from(not);
            let mut hit = false;
            loop {
                match pattern.get(at) {
                    None => break,
                    Some(b']') => {
                        at += 1;
                        break;
                    }
                    Some(b'\\') if at + 1 < pattern.len() => {
                        hit |= fold(pattern[at + 1]) == fold(byte);
                        at += 2;
                    }
                    Some(&from) if pattern.get(at + 1) == Some(&b'-') && at + 2 < pattern.len() => {
                        let (a, b) = (fold(from), fold(pattern[at + 2]));
                        hit |= (a.min(b)..=a.max(b)).contains(&fold(byte));
                        at += 3;
                    }
                    Some(&b) => {
                        hit |= fold(b) == fold(byte);
                        at += 1;
                    }
                }
            }
            (hit != not).then_some(at)
        }
        b'\\' if pattern.len() >= 2 => (fold(pattern[1]) == fold(byte)).then_some(2),
        b => (fold(b) == fold(byte)).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_in_redis() {
        for (pattern, text, yes) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h*llo", "heeeello", true),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("h[a-b]llo", "hbllo", true),
            ("h[b-a]llo", "hallo", true),
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("[\\]]", "]", true),
            ("key:*:[0-9]*", "key:abc:7", true),
            ("a*b*c", "aXXbYYbZZc", true),
            ("a*b*c", "aXXbYYbZZ", false),
            ("[a", "a", true),
            ("Key", "key", false),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes(), false), yes, "{pattern} {text}");
        }
        assert!(matches(b"REPL-T*", b"repl-timeout", true));
    }

    #[test]
    fn many_stars_take_no_time() {
        let text = [b'a'; 20_000];
        assert!(!matches(b"a*a*a*a*a*a*a*a*a*a*b", &text, false));
    }
}

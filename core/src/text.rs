//! Short texts that are made by the million and read by few: labels of packets, commands in notes.

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::ops::Deref;

/// Bytes of a text that needs no memory of its own.
const INLINE: usize = 30;

/// A text that is cheap to make if it is short, and always cheap to clone.
#[derive(Clone)]
pub struct Text(Form);

#[derive(Clone)]
enum Form {
    /// Up to [`INLINE`] bytes, and how many.
    Inline(u8, [u8; INLINE]),
    /// Longer ones.
    Shared(Rc<str>),
}

impl Text {
    /// Its bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Inline(len, _) => usize::from(*len),
            Form::Shared(text) => text.len(),
        }
    }
    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            // Only whole texts are put in.
            Form::Inline(len, bytes) => core::str::from_utf8(&bytes[..usize::from(*len)]).unwrap_or_default(),
            Form::Shared(text) => text,
        }
    }
}
impl Default for Text {
    fn default() -> Text {
        Text(Form::Inline(0, [0; INLINE]))
    }
}
impl From<&str> for Text {
    fn from(text: &str) -> Text {
        let mut bytes = [0; INLINE];
        match bytes.get_mut(..text.len()) {
            Some(room) => {
                room.copy_from_slice(text.as_bytes());
                Text(Form::Inline(text.len() as u8, bytes))
            }
            None => Text(Form::Shared(text.into())),
        }
    }
}
impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::from(text.as_str())
    }
}
impl From<Text> for String {
    fn from(text: Text) -> String {
        String::from(text.as_str())
    }
}
impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}
impl Eq for Text {}
impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
/// Where a short text is put together, without memory of its own.
#[derive(Clone, Copy)]
pub struct Sketch {
    bytes: [u8; Sketch::ROOM],
    len: usize,
}
impl Default for Sketch {
    fn default() -> Sketch {
        Sketch { bytes: [0; Sketch::ROOM], len: 0 }
    }
}
impl Sketch {
    /// Bytes it takes; what comes after them is left out.
    const ROOM: usize = 192;

    /// Appends a text, if it has room for the whole of it.
    pub fn push_str(&mut self, text: &str) {
        if let Some(room) = self.bytes.get_mut(self.len..self.len + text.len()) {
            room.copy_from_slice(text.as_bytes());
            self.len += text.len();
        }
    }
    /// Appends bytes that are printable ASCII; any other byte becomes a dot in the middle of the line.
    pub fn push_ascii(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if byte.is_ascii_graphic() || *byte == b' ' {
                if let Some(room) = self.bytes.get_mut(self.len) {
                    *room = *byte;
                    self.len += 1;
                }
            } else {
                self.push_str("·");
            }
        }
    }
    /// Appends ASCII letters in upper case, other ASCII as it is.
    pub fn push_upper(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().filter(|byte| byte.is_ascii()) {
            if let Some(room) = self.bytes.get_mut(self.len) {
                *room = byte.to_ascii_uppercase();
                self.len += 1;
            }
        }
    }
    /// Appends a number in decimal.
    pub fn push_number(&mut self, number: i64) {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        let mut left = number.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (left % 10) as u8;
            left /= 10;
            if left == 0 {
                break;
            }
        }
        if number < 0 {
            self.push_str("-");
        }
        self.push_ascii(&digits[at..]);
    }
    /// What was put together.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
    /// What was put together, to keep.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::from(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn short_and_long_are_the_same_to_the_reader() {
        for len in [0, 1, 29, 30, 31, 200] {
            let text = "é".repeat(len / 2) + &"x".repeat(len % 2);
            let kept = Text::from(text.as_str());
            assert_eq!((kept.as_str(), kept.clone().to_string(), kept.len()), (text.as_str(), text.clone(), text.len()));
            assert_eq!(kept, Text::from(text));
        }
        assert!(Text::default().is_empty());
    }

    #[test]
    fn a_sketch_never_holds_half_a_character() {
        let mut sketch = Sketch::default();
        for _ in 0..300 {
            sketch.push_str("…");
            sketch.push_ascii(b"a\n");
        }
        assert!(sketch.as_str().len() > Sketch::ROOM - 4 && sketch.as_str().starts_with("…a·…a·"));
        let mut sketch = Sketch::default();
        sketch.push_number(i64::MIN);
        sketch.push_str(" ");
        sketch.push_number(0);
        assert_eq!(sketch.text(), "-9223372036854775808 0");
    }
}

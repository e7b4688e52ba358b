//! The speaker's notes: what the presenter tells the window that shows them, and which keys come back. A text of fields, one a line.

/// Under which name both windows meet.
pub const CHANNEL: &str = "resync.class";
/// What the notes' window says when it opens: tell me.
pub const HELLO: &str = "hello";
/// A longer message is not read, bytes: notes of a step have some 4 000.
pub const BYTES_MAX: usize = 64 * 1024;

/// What the notes show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Notes {
    /// The page's language, by its tag.
    pub tag: String,
    /// Where one is: the step's name.
    pub step: String,
    /// What stands on the wall on top.
    pub title: String,
    /// How the vote stands.
    pub vote: String,
    /// Which of three to do, or nothing.
    pub advice: String,
    /// How such a step goes in a room, by the guide.
    pub how: String,
    /// What the guide says or asks in this lesson.
    pub say: String,
    /// What the lesson says here: the answer among it. Paragraphs.
    pub lines: Vec<String>,
    /// What comes with the next key.
    pub next: String,
    /// When the class began, ms since 1970, as the browser's clock has it.
    pub began_ms: u64,
    /// How long the lesson takes, minutes; 0 where no lesson asks.
    pub minutes: u32,
}

/// A message of one of the windows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message {
    /// Notes, from the presenter.
    Notes(Box<Notes>),
    /// The class is over.
    Over,
    /// A window with notes has opened.
    Hello,
    /// A key was pressed there, by its name in the browser.
    Key(String),
}

/// A message as text.
#[must_use]
pub fn text(message: &Message) -> String {
    match message {
        Message::Hello => HELLO.to_owned(),
        Message::Over => "over".to_owned(),
        Message::Key(name) => format!("key\t{name}"),
        Message::Notes(notes) => {
            let mut out = String::from("notes\n");
            let mut put = |name: &str, value: &str| {
                let value = value.replace('\\', "\\\\").replace('\n', "\\n");
                out.push_str(&format!("{name}\t{value}\n"));
            };
            put("tag", &notes.tag);
            put("step", &notes.step);
            put("title", &notes.title);
            put("vote", &notes.vote);
            put("advice", &notes.advice);
            put("how", &notes.how);
            put("say", &notes.say);
            notes.lines.iter().for_each(|line| put("line", line));
            put("next", &notes.next);
            put("began", &notes.began_ms.to_string());
            put("minutes", &notes.minutes.to_string());
            out
        }
    }
}

/// Reads a message; what is none is nothing: other pages of the same place may speak on the same channel.
#[must_use]
pub fn read(text: &str) -> Option<Message> {
    if text.len() > BYTES_MAX {
        return None;
    }
    match text {
        HELLO => return Some(Message::Hello),
        "over" => return Some(Message::Over),
        _ => {}
    }
    if let Some(name) = text.strip_prefix("key\t") {
        return Some(Message::Key(name.to_owned()));
    }
    let mut notes = Notes::default();
    for line in text.strip_prefix("notes\n")?.lines() {
        let (name, value) = line.split_once('\t')?;
        let value = plain(value);
        match name {
            "tag" => notes.tag = value,
            "step" => notes.step = value,
            "title" => notes.title = value,
            "vote" => notes.vote = value,
            "advice" => notes.advice = value,
            "how" => notes.how = value,
            "say" => notes.say = value,
            "line" => notes.lines.push(value),
            "next" => notes.next = value,
            "began" => notes.began_ms = value.parse().ok()?,
            "minutes" => notes.minutes = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(Message::Notes(Box::new(notes)))
}

fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push(if chars.next() == Some('n') { '\n' } else { '\\' }),
            c => out.push(c),
        }
    }
    out
}

/// A length of time as `m:ss`, or `h:mm:ss` behind an hour.
#[must_use]
pub fn lasted(seconds: u64) -> String {
    let (h, m, s) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}") } else { format!("{m}:{s:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_window_says_the_other_reads() {
        let notes = Notes {
            tag: "zh-CN".into(),
            step: "预测".into(),
            title: "谁？\n两行 \\n \\".into(),
            lines: vec!["a\tb".into(), String::new(), "c".into()],
            began_ms: 1_796_040_000_000,
            minutes: 4,
            ..Notes::default()
        };
        for message in [
            Message::Notes(Box::new(notes)),
            Message::Notes(Box::default()),
            Message::Over,
            Message::Hello,
            Message::Key("PageDown".into()),
        ] {
            assert_eq!(read(&text(&message)), Some(message));
        }
    }

    #[test]
    fn what_is_no_message_is_nothing() {
        for odd in
            ["", "x", "notes", "notes\nlunch\tx\n", "notes\nbegan\tx\n", "notes\nno tab\n", &format!("notes\n{}", "a".repeat(BYTES_MAX))]
        {
            assert_eq!(read(odd), None, "{:?}", &odd[..odd.len().min(20)]);
        }
    }

    #[test]
    fn a_class_lasts_minutes() {
        assert_eq!([0, 59, 754, 3_661].map(lasted), ["0:00", "0:59", "12:34", "1:01:01"]);
    }
}

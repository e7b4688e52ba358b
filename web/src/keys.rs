//! The keyboard, as data: what the page listens to is what the table behind `?` shows.

/// What a key asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// Play or pause.
    TogglePlay,
    /// One event back.
    Back,
    /// One event on.
    Step,
    /// To the milestone before.
    PreviousMark,
    /// To the milestone after.
    NextMark,
    /// To the start.
    Start,
    /// To the latest moment played.
    End,
    /// One stop slower.
    Slower,
    /// One stop faster.
    Faster,
    /// Speed by what happens.
    Auto,
    /// Open or close the branches' lanes.
    Branches,
    /// Into the branch before.
    PreviousBranch,
    /// Into the branch after.
    NextBranch,
    /// Cut the selected link.
    Cut,
    /// Freeze it.
    Freeze,
    /// Heal it.
    Heal,
    /// Open a packet of the selected link.
    Packet,
    /// Crash the selected node.
    Crash,
    /// Restart it.
    Restart,
    /// Into the console.
    Console,
    /// Select the node with this number, from 0.
    Node(u32),
    /// Into the scrubber.
    Goto,
    /// One level up.
    Escape,
    /// The words of the page.
    Words,
    /// Onto the next word that is explained where it stands.
    NextWord,
    /// Onto the one before.
    PreviousWord,
    /// The presenter, for a class.
    Present,
    /// The table.
    Help,
}

/// What a key asks for in front of a class, where it means something else than on the page, or something at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassKey {
    /// On, as the button at the lower right says.
    Onward,
    /// Back by one.
    Backward,
    /// On while hands are counted, else play and pause.
    Space,
    /// The last hand was none.
    TakeBack,
    /// The curtain up or down.
    Curtain,
    /// The speaker's notes in a window of their own.
    Notes,
    /// The code of the present link, or away with it.
    Code,
}

/// The keys of the presenter: those of a remote among them.
pub const CLASS: &[(&[&str], ClassKey)] = &[
    (&["PgDn"], ClassKey::Onward),
    (&["PgUp"], ClassKey::Backward),
    (&["Space"], ClassKey::Space),
    (&["⌫"], ClassKey::TakeBack),
    (&["C"], ClassKey::Curtain),
    (&["N"], ClassKey::Notes),
    (&["Q"], ClassKey::Code),
];

/// What a key press asks for in front of a class; nothing where it means what it means on the page.
#[must_use]
pub fn in_class(name: &str) -> Option<ClassKey> {
    let shown = match name {
        "PageDown" => "PgDn",
        "PageUp" => "PgUp",
        " " => "Space",
        "Backspace" => "⌫",
        other => other,
    };
    CLASS.iter().find(|(keys, _)| keys.iter().any(|key| key.eq_ignore_ascii_case(shown))).map(|(_, key)| *key)
}

/// One row of the table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// Keys as the page shows them.
    pub shown: &'static [&'static str],
    /// What they ask for; `Node(0)` stands for 1–9.
    pub key: Key,
}

/// The table, in the order in which it is shown.
pub const TABLE: &[Row] = &[
    Row { shown: &["Space", "."], key: Key::TogglePlay },
    Row { shown: &["←"], key: Key::Back },
    Row { shown: &["→"], key: Key::Step },
    Row { shown: &["Shift ←"], key: Key::PreviousMark },
    Row { shown: &["Shift →"], key: Key::NextMark },
    Row { shown: &["Home"], key: Key::Start },
    Row { shown: &["End"], key: Key::End },
    Row { shown: &["["], key: Key::Slower },
    Row { shown: &["]"], key: Key::Faster },
    Row { shown: &["0"], key: Key::Auto },
    Row { shown: &["B"], key: Key::Branches },
    Row { shown: &["{"], key: Key::PreviousBranch },
    Row { shown: &["}", "Shift B"], key: Key::NextBranch },
    Row { shown: &["C"], key: Key::Cut },
    Row { shown: &["F"], key: Key::Freeze },
    Row { shown: &["H"], key: Key::Heal },
    Row { shown: &["O"], key: Key::Packet },
    Row { shown: &["X"], key: Key::Crash },
    Row { shown: &["R"], key: Key::Restart },
    Row { shown: &["/", "`"], key: Key::Console },
    Row { shown: &["1–9"], key: Key::Node(0) },
    Row { shown: &["G"], key: Key::Goto },
    Row { shown: &["Esc"], key: Key::Escape },
    Row { shown: &["W"], key: Key::Words },
    Row { shown: &["T"], key: Key::NextWord },
    Row { shown: &["Shift T"], key: Key::PreviousWord },
    Row { shown: &["P"], key: Key::Present },
    Row { shown: &["?"], key: Key::Help },
];

/// What a key press asks for: `name` as the browser's `KeyboardEvent.key`.
#[must_use]
pub fn meaning(name: &str, shift: bool) -> Option<Key> {
    let shown = match name {
        " " => "Space",
        "ArrowLeft" if shift => "Shift ←",
        "ArrowRight" if shift => "Shift →",
        "ArrowLeft" => "←",
        "ArrowRight" => "→",
        "Escape" => "Esc",
        "b" | "B" if shift => "Shift B",
        "t" | "T" if shift => "Shift T",
        other => other,
    };
    if let [digit @ b'1'..=b'9'] = shown.as_bytes() {
        return Some(Key::Node(u32::from(digit - b'1')));
    }
    TABLE.iter().find(|row| row.shown.iter().any(|s| s.eq_ignore_ascii_case(shown))).map(|row| row.key)
}

/// The element that has the focus, as far as keys are concerned: its tag in small letters, its `type` and its `role`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Focused<'a> {
    /// Tag.
    pub tag: &'a str,
    /// `type`, if it has one.
    pub kind: &'a str,
    /// `role`, if it has one.
    pub role: &'a str,
    /// Whether the pointer brought the focus there, not the keyboard.
    pub by_pointer: bool,
}

impl Focused<'_> {
    /// Whether the element wants a key for itself: a field all of them, a slider those that move it, a button the space bar. Escape is always the page's.
    /// Who has clicked a button wants the space bar to play and pause, not to click once more; who has come there by keyboard means the button.
    #[must_use]
    pub fn keeps(self, name: &str) -> bool {
        let slides = self.tag == "input" && self.kind == "range" || self.role == "slider";
        let writes = matches!(self.tag, "textarea" | "select") || self.tag == "input" && self.kind != "range";
        let presses = matches!(self.tag, "button" | "a" | "summary") || matches!(self.role, "button" | "tab" | "term");
        match name {
            "Escape" => false,
            _ if writes => true,
            "ArrowLeft" | "ArrowRight" | "Home" | "End" => slides,
            " " => presses && !self.by_pointer,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focused_element_keeps_the_keys_that_are_its_own() {
        let names = ["Escape", "c", "ArrowLeft", "End", " "];
        let kept = |tag, kind, role| names.map(|name| Focused { tag, kind, role, by_pointer: false }.keeps(name));
        let clicked = |tag, kind, role| names.map(|name| Focused { tag, kind, role, by_pointer: true }.keeps(name));
        assert_eq!(kept("body", "", ""), [false; 5]);
        assert_eq!(kept("input", "text", ""), [false, true, true, true, true]);
        assert_eq!(kept("textarea", "", ""), [false, true, true, true, true]);
        assert_eq!(kept("input", "range", ""), [false, false, true, true, false]);
        assert_eq!(kept("g", "", "slider"), [false, false, true, true, false]);
        assert_eq!(kept("button", "", ""), [false, false, false, false, true]);
        assert_eq!(kept("g", "", "button"), [false, false, false, false, true]);
        assert_eq!(clicked("button", "", ""), [false; 5], "after a click the space bar plays and pauses");
        assert_eq!(clicked("g", "", "button"), [false; 5]);
        assert_eq!(clicked("input", "text", ""), [false, true, true, true, true], "a field that was clicked is written into");
        assert_eq!(clicked("input", "range", ""), [false, false, true, true, false]);
    }

    #[test]
    fn every_row_is_reached_by_each_of_its_keys() {
        for row in TABLE {
            for shown in row.shown {
                let (name, shift) = match *shown {
                    "Space" => (" ", false),
                    "←" => ("ArrowLeft", false),
                    "→" => ("ArrowRight", false),
                    "Shift ←" => ("ArrowLeft", true),
                    "Shift →" => ("ArrowRight", true),
                    "Shift B" => ("B", true),
                    "Shift T" => ("T", true),
                    "{" => ("{", true),
                    "}" => ("}", true),
                    "Esc" => ("Escape", false),
                    "1–9" => ("1", false),
                    other => (other, false),
                };
                assert_eq!(meaning(name, shift), Some(row.key), "{shown}");
            }
        }
    }

    #[test]
    fn a_class_has_keys_of_its_own_and_a_remote_reaches_them() {
        for (name, key) in [
            ("PageDown", Some(ClassKey::Onward)),
            ("PageUp", Some(ClassKey::Backward)),
            (" ", Some(ClassKey::Space)),
            ("Backspace", Some(ClassKey::TakeBack)),
            ("c", Some(ClassKey::Curtain)),
            (".", None),
            ("1", None),
        ] {
            assert_eq!(in_class(name), key, "{name}");
        }
        assert_eq!(meaning(".", false), Some(Key::TogglePlay), "the third button of a remote plays and pauses");
        assert_eq!(meaning("PageDown", false), None, "which scrolls, where there is no class");
    }

    #[test]
    fn letters_work_in_either_case_and_digits_name_nodes() {
        assert_eq!(meaning("c", false), Some(Key::Cut));
        assert_eq!(
            (meaning("b", false), meaning("B", false), meaning("b", true)),
            (Some(Key::Branches), Some(Key::Branches), Some(Key::NextBranch))
        );
        assert_eq!(meaning("9", false), Some(Key::Node(8)));
        assert_eq!(meaning("0", false), Some(Key::Auto));
        assert_eq!(meaning("q", false), None);
    }
}

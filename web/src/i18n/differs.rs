//! Where a node differs from a real server: one list, here and in the README, which a test holds equal.

/// How many differences there are.
pub const COUNT: usize = 17;

/// The list and its heading.
pub struct Differs {
    /// Heading; also what the button that leads to it says.
    pub title: &'static str,
    /// Sentence below it.
    pub lead: &'static str,
    /// One sentence for each difference.
    pub list: [&'static str; COUNT],
}

#[cfg(test)]
mod tests {
    use crate::i18n::en::differs::DIFFERS as EN;
    use crate::i18n::zh::differs::DIFFERS as ZH;

    /// The items of the README's list under the same heading, as plain text.
    fn readme() -> Vec<String> {
        let text = include_str!("../../../README.md");
        let section = text.split_once(&format!("## {}\n", EN.title)).expect("the README has the list").1;
        let section = section.split("\n## ").next().unwrap_or_default();
        let mut items: Vec<String> = Vec::new();
        for line in section.lines() {
            match (line.strip_prefix("- "), items.last_mut()) {
                (Some(item), _) => items.push(item.to_owned()),
                (None, Some(last)) if line.starts_with("  ") => {
                    last.push(' ');
                    last.push_str(line.trim());
                }
                _ => {}
            }
        }
        items.iter().map(|item| item.replace('`', "")).collect()
    }

    #[test]
    fn the_readme_lists_the_same_differences() {
        assert_eq!(readme(), EN.list);
    }

    #[test]
    fn both_languages_name_the_same_things() {
        // What Redis calls by name is called so in both.
        let names = |text: &str| {
            // Chinese sets a name's hyphens so that no line breaks there.
            let text = text.replace('\u{2011}', "-");
            let word = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
            let words = text
                .split(|c| !word(c))
                .filter(|w| w.len() > 2 && w.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || ".-".contains(c)));
            words.map(|w| w.trim_matches('.').to_owned()).filter(|w| !w.is_empty()).collect::<std::collections::BTreeSet<_>>()
        };
        for (en, zh) in EN.list.iter().zip(ZH.list) {
            assert_eq!(names(en), names(zh), "{en}");
        }
    }
}

//! The words that somebody who knows SET and GET does not know: one sentence each, true of the release that is shown, and the place on the page where
//! the thing is.

pub use super::row::{Entry, Row, Rules};
use super::strings::Strings;
use crate::action::{Figure, Tab};
pub use crate::terms::Term;

/// Where the page shows a thing: the first of these that is there, and within it the smallest part that says these words.
pub struct Place {
    /// Selectors, the exact one first; the last one is there whatever plays.
    pub within: &'static [&'static str],
    /// Words of the page in it.
    pub says: Option<fn(&Strings) -> &'static str>,
    /// The figure to open where the page shows one at a time.
    pub figure: Figure,
    /// The inspector's tab to open.
    pub tab: Option<Tab>,
}

/// A term with what a language says about it.
#[must_use]
pub const fn row(term: Term, word: &'static str, forms: &'static [&'static str], text: &'static str) -> Row {
    Row { key: term.key(), entry: Entry { word, forms, text }, other: None }
}

/// What a language says about a term of a release.
#[must_use]
pub fn entry(t: &Strings, term: Term, rules: Rules) -> Entry {
    let row = &t.glossary[term as usize];
    debug_assert_eq!(row.key, term.key(), "a test holds the order");
    row.other.filter(|(holds, _)| holds(rules)).map_or(row.entry, |(_, entry)| entry)
}

/// Where a term's thing is to be seen.
#[must_use]
pub fn place(term: Term) -> Place {
    let (figure, within, says) = figures(term);
    Place { figure, within, says, tab: tab(term) }
}

/// The inspector's tab in which a term's thing stands.
const fn tab(term: Term) -> Option<Tab> {
    match term {
        Term::Info => Some(Tab::Info),
        Term::OutputLimit | Term::Timeout => Some(Tab::Config),
        Term::OutputBuffer | Term::Wait | Term::Pause | Term::Crash => Some(Tab::Console),
        _ => None,
    }
}

/// Words of the page.
type Says = Option<fn(&Strings) -> &'static str>;

fn figures(term: Term) -> (Figure, &'static [&'static str], Says) {
    match term {
        Term::Replica => (Figure::Stage, &[".stage .node:not(.top)", ".stage"], None),
        Term::Stream => (Figure::Stream, &[".stream"], Some(|t| t.figures.ruler.title)),
        Term::Offset => (Figure::Stream, &[".stream .bar", ".stream"], None),
        Term::Head => (Figure::Stream, &[".stream"], Some(|t| t.figures.ruler.head)),
        Term::Backlog => (Figure::Stage, &[".stage .backlog", ".stage"], None),
        Term::BacklogSize => (Figure::Stage, &[".knobs", ".stage"], Some(|_| "repl-backlog-size")),
        Term::FirstByte => (Figure::Stream, &[".stream"], Some(|t| t.figures.ruler.first)),
        Term::Histlen => (Figure::Stage, &[".stage .node.top", ".stage"], Some(|t| t.figures.stage.histlen)),
        Term::WriteIndex => (Figure::Stage, &[".stage .backlog", ".stage"], Some(|_| "idx")),
        Term::Runway => (Figure::Stream, &[".stream .runway", ".stream"], None),
        Term::Lens => (Figure::Stream, &[".stream .lens", ".stream"], None),
        Term::Acked => (Figure::Stream, &[".stream .key", ".stream"], Some(|t| t.figures.ruler.acked)),
        Term::Applied => (Figure::Stream, &[".stream .key", ".stream"], Some(|t| t.figures.ruler.applied)),
        Term::Sent => (Figure::Stream, &[".stream .key", ".stream"], Some(|t| t.figures.ruler.sent)),
        Term::Truth => (Figure::Stage, &[".stage .node:not(.top)", ".stage"], Some(|t| t.figures.stage.truth)),
        Term::Info => (Figure::Inspector, &[".inspector .info", ".inspector"], None),
        Term::NoLine => (Figure::Stage, &[".stage .node:not(.top)", ".stage"], Some(|t| t.figures.stage.no_line)),
        Term::Lag => (Figure::Lag, &[".lag"], Some(|t| t.figures.chart.lag)),
        Term::Gap => (Figure::Lag, &[".lag"], Some(|t| t.figures.chart.gap)),
        Term::Staleness => (Figure::Lag, &[".lag"], Some(|t| t.figures.chart.staleness)),
        Term::Counters => (Figure::Stage, &[".stage .node.top", ".stage"], Some(|t| t.figures.stage.syncs)),
        Term::GoodReplicas => (Figure::Stage, &[".stage .node.top", ".stage"], Some(|t| t.figures.stage.good)),
        Term::Handshake => (Figure::Handshake, &[".handshake"], Some(|t| t.figures.ladder.title)),
        Term::State => (Figure::Handshake, &[".handshake .rows", ".handshake"], None),
        Term::Psync => (Figure::Verdict, &[".verdict .ask", ".verdict"], None),
        Term::Verdict => (Figure::Verdict, &[".verdict"], Some(|t| t.figures.verdict.title)),
        Term::ReplId => (Figure::Verdict, &[".verdict .test", ".verdict"], None),
        Term::Partial => (Figure::Verdict, &[".verdict .rep", ".verdict"], None),
        Term::Full => (Figure::Verdict, &[".verdict .rep", ".verdict"], None),
        Term::Rdb => (Figure::Handshake, &[".handshake .rows", ".handshake"], Some(|_| "RDB")),
        Term::Bgsave => (Figure::Stage, &[".stage .node.top", ".stage"], Some(|t| t.figures.stage.child)),
        Term::Loading => (Figure::Handshake, &[".handshake .rows", ".handshake"], Some(|_| "LOADING")),
        Term::Sync => (Figure::Handshake, &[".handshake .rows", ".handshake"], Some(|_| "SYNC")),
        Term::Ack => (Figure::Handshake, &[".handshake .rows", ".handshake"], Some(|_| "ACK")),
        Term::OutputBuffer => (Figure::Inspector, &[".inspector .sessions", ".inspector"], None),
        Term::OutputLimit => (Figure::Inspector, &[".inspector .tab-panel", ".inspector"], Some(|_| "client-output-buffer-limit")),
        Term::Timeout => (Figure::Inspector, &[".inspector .tab-panel", ".inspector"], Some(|_| "repl-timeout")),
        Term::Wait => (Figure::Inspector, &[".inspector .console", ".inspector"], None),
        Term::Cut => (Figure::Stage, &[".strip .primary", ".strip", ".stage"], Some(|t| t.figures.stage.cut_verb)),
        Term::Freeze => (Figure::Stage, &[".strip", ".stage"], Some(|t| t.figures.stage.freeze_verb)),
        Term::Pause => (Figure::Inspector, &[".inspector .actions", ".inspector"], Some(|t| t.shell.inspector.pause_process)),
        Term::Crash => (Figure::Inspector, &[".inspector .actions", ".inspector"], Some(|t| t.shell.inspector.crash)),
        Term::Physics => (Figure::Stage, &[".strip .qty", ".strip", ".stage"], None),
        Term::Event => (Figure::Stage, &[".timeline .clock", ".timeline"], None),
        Term::Auto => (Figure::Stage, &[".timeline .speed", ".timeline"], Some(|t| t.shell.bar.auto)),
        Term::Seed => (Figure::Stage, &["header .scene", "header"], None),
        Term::Invariant => (Figure::Stage, &[".lamps", ".caption"], None),
    }
}

/// A piece of a text: plain, or a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece<'a> {
    /// The words.
    pub text: &'a str,
    /// The term that they name.
    pub term: Option<Term>,
}

/// Cuts a text where it names terms: each at its first place only, the longest of those that begin there.
#[must_use]
pub fn pieces<'a>(text: &'a str, t: &Strings, rules: Rules) -> Vec<Piece<'a>> {
    let mut out = Vec::new();
    let mut done: Vec<Term> = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < text.len() {
        match named(text, at, t, rules, &done) {
            Some((term, len)) => {
                if plain < at {
                    out.push(Piece { text: &text[plain..at], term: None });
                }
                out.push(Piece { text: &text[at..at + len], term: Some(term) });
                done.push(term);
                at += len;
                plain = at;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    if plain < text.len() {
        out.push(Piece { text: &text[plain..], term: None });
    }
    out
}

/// The term that is named at a place of a text, and how long its name is there.
fn named(text: &str, at: usize, t: &Strings, rules: Rules, done: &[Term]) -> Option<(Term, usize)> {
    let (before, rest) = text.split_at(at);
    if before.chars().next_back().is_some_and(joins) && rest.chars().next().is_some_and(joins) {
        return None;
    }
    let mut found: Option<(Term, usize)> = None;
    for term in Term::ALL.iter().copied().filter(|term| !done.contains(term)) {
        let entry = entry(t, term, rules);
        for form in std::iter::once(&entry.word).chain(entry.forms) {
            let whole = |rest: &str| !(form.chars().next_back().is_some_and(joins) && rest.chars().next().is_some_and(joins));
            if rest.strip_prefix(form).is_some_and(whole) && found.is_none_or(|(_, len)| form.len() > len) {
                found = Some((term, form.len()));
            }
        }
    }
    found
}

/// A letter, digit or mark that belongs to the word beside it, in writing that parts words.
fn joins(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use resync_core::era::Era;
    use std::collections::BTreeSet;

    fn every() -> impl Iterator<Item = Rules> {
        Era::ALL.into_iter().map(Rules::of)
    }

    #[test]
    fn every_term_has_a_sentence_in_every_language_and_release() {
        for lang in Lang::ALL {
            let t = lang.strings();
            assert!(t.glossary.iter().map(|row| row.key).eq(Term::ALL.iter().map(|term| term.key())), "each in its place");
            let mut words = BTreeSet::new();
            for term in Term::ALL {
                for rules in every() {
                    let entry = entry(t, *term, rules);
                    assert!(entry.text.ends_with(['.', '。']), "{term:?}: {}", entry.text);
                    let sentences = entry.text.matches(['。', '；']).count() + entry.text.matches(". ").count();
                    assert!(sentences <= 2, "{term:?} is explained in a sentence: {}", entry.text);
                    assert!(entry.text.chars().count() <= 230, "{term:?} in {lang:?} is long: {}", entry.text.chars().count());
                    assert_eq!(entry.text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), lang == Lang::Zh);
                }
                assert!(words.insert(entry(t, *term, Rules::of(Era::V7_0)).word), "{term:?} in {lang:?}: a word twice");
            }
        }
    }

    #[test]
    fn releases_differ_where_the_thing_does() {
        let en = Lang::En.strings();
        let text = |term: Term, era: Era| entry(en, term, Rules::of(era)).text;
        for term in [Term::Backlog, Term::WriteIndex, Term::ReplId, Term::GoodReplicas] {
            assert_ne!(text(term, Era::V3_0), text(term, Era::V7_0), "{term:?}");
        }
    }

    #[test]
    fn a_text_is_cut_at_whole_words_the_longest_first_and_once_each() {
        let cut = |text: &'static str, lang: Lang| {
            let named = pieces(text, lang.strings(), Rules::of(Era::V3_0));
            assert_eq!(named.iter().map(|p| p.text).collect::<String>(), text);
            named.into_iter().filter_map(|p| Some((p.term?, p.text))).collect::<Vec<_>>()
        };
        assert_eq!(cut("The backlog, backlogs and the backlog.", Lang::En), [(Term::Backlog, "backlog")]);
        assert_eq!(
            cut("a full resync of the replication stream", Lang::En),
            [(Term::Full, "full resync"), (Term::Stream, "replication stream")]
        );
        assert_eq!(cut("flags, lagging", Lang::En), []);
        assert_eq!(cut("lag=3", Lang::En), [(Term::Lag, "lag")]);
        assert_eq!(cut("复制积压缓冲区里没有", Lang::Zh), [(Term::Backlog, "复制积压缓冲区")]);
    }
}

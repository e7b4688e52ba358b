//! The words that somebody who knows SET and GET does not know: one sentence each, true of the release that is shown, and the place on the page where
//! the thing is.

pub use super::row::{Entry, Row, Rules};
use super::strings::Strings;
use crate::action::{Figure, Tab};

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

macro_rules! terms {
    ($($(#[doc = $doc:literal])+ $term:ident $key:literal $figure:ident $tab:expr, [$($within:literal),+], $says:expr;)+) => {
        /// A term of the glossary.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Term { $($(#[doc = $doc])+ $term),+ }
        impl Term {
            /// All of them, in the order of the glossary.
            pub const ALL: &'static [Term] = &[$(Term::$term),+];
            /// Its name in attributes.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Term::$term => $key),+ }
            }
            /// Where it is to be seen.
            #[must_use]
            pub fn place(self) -> Place {
                match self { $(Term::$term => Place { within: &[$($within),+], says: $says, figure: Figure::$figure, tab: $tab }),+ }
            }
        }
    };
}

const CONSOLE: Option<Tab> = Some(Tab::Console);
const INFO: Option<Tab> = Some(Tab::Info);
const CONFIG: Option<Tab> = Some(Tab::Config);

terms! {
    /// Master and replica.
    Replica "replica" Stage None, [".stage .node:not(.top)", ".stage"], None;
    /// The stream of bytes.
    Stream "stream" Stream None, [".stream"], Some(|t| t.figures.ruler.title);
    /// An offset.
    Offset "offset" Stream None, [".stream .bar", ".stream"], None;
    /// The newest byte.
    Head "head" Stream None, [".stream"], Some(|t| t.figures.ruler.head);
    /// The backlog.
    Backlog "backlog" Stage None, [".stage .backlog", ".stage"], None;
    /// Its size.
    BacklogSize "backlog-size" Stage None, [".knobs", ".stage"], Some(|_| "repl-backlog-size");
    /// The oldest byte held.
    FirstByte "first-byte" Stream None, [".stream"], Some(|t| t.figures.ruler.first);
    /// How many bytes are held.
    Histlen "histlen" Stage None, [".stage .node.top", ".stage"], Some(|t| t.figures.stage.histlen);
    /// Where a ring is written next.
    WriteIndex "idx" Stage None, [".stage .backlog", ".stage"], Some(|_| "idx");
    /// The runway.
    Runway "runway" Stream None, [".stream .runway", ".stream"], None;
    /// The lens.
    Lens "lens" Stream None, [".stream .lens", ".stream"], None;
    /// What was acknowledged.
    Acked "acked" Stream None, [".stream .key", ".stream"], Some(|t| t.figures.ruler.acked);
    /// What was applied.
    Applied "applied" Stream None, [".stream .key", ".stream"], Some(|t| t.figures.ruler.applied);
    /// What was sent.
    Sent "sent" Stream None, [".stream .key", ".stream"], Some(|t| t.figures.ruler.sent);
    /// What is so, as against what INFO says.
    Truth "truth" Stage None, [".stage .node:not(.top)", ".stage"], Some(|t| t.figures.stage.truth);
    /// INFO.
    Info "info" Inspector INFO, [".inspector .info", ".inspector"], None;
    /// A replica that INFO does not list.
    NoLine "no-line" Stage None, [".stage .node:not(.top)", ".stage"], Some(|t| t.figures.stage.no_line);
    /// Seconds since the last ACK.
    Lag "lag" Lag None, [".lag"], Some(|t| t.figures.chart.lag);
    /// Bytes that are missing.
    Gap "gap" Lag None, [".lag"], Some(|t| t.figures.chart.gap);
    /// Age of the data.
    Staleness "staleness" Lag None, [".lag"], Some(|t| t.figures.chart.staleness);
    /// Counters of resyncs.
    Counters "counters" Stage None, [".stage .node.top", ".stage"], Some(|t| t.figures.stage.syncs);
    /// Good replicas.
    GoodReplicas "good-replicas" Stage None, [".stage .node.top", ".stage"], Some(|t| t.figures.stage.good);
    /// The handshake.
    Handshake "handshake" Handshake None, [".handshake"], Some(|t| t.figures.ladder.title);
    /// A replica's state on the way.
    State "repl-state" Handshake None, [".handshake .rows", ".handshake"], None;
    /// PSYNC.
    Psync "psync" Verdict None, [".verdict .ask", ".verdict"], None;
    /// The decision about it.
    Verdict "verdict" Verdict None, [".verdict"], Some(|t| t.figures.verdict.title);
    /// What names a stream.
    ReplId "repl-id" Verdict None, [".verdict .test", ".verdict"], None;
    /// +CONTINUE.
    Partial "partial-resync" Verdict None, [".verdict .rep", ".verdict"], None;
    /// +FULLRESYNC.
    Full "full-resync" Verdict None, [".verdict .rep", ".verdict"], None;
    /// The file.
    Rdb "rdb" Handshake None, [".handshake .rows", ".handshake"], Some(|_| "RDB");
    /// The child that writes it.
    Bgsave "bgsave" Stage None, [".stage .node.top", ".stage"], Some(|t| t.figures.stage.child);
    /// -LOADING.
    Loading "loading" Handshake None, [".handshake .rows", ".handshake"], Some(|_| "LOADING");
    /// SYNC.
    Sync "sync" Handshake None, [".handshake .rows", ".handshake"], Some(|_| "SYNC");
    /// REPLCONF ACK.
    Ack "ack" Handshake None, [".handshake .rows", ".handshake"], Some(|_| "ACK");
    /// The output buffer.
    OutputBuffer "output-buffer" Inspector CONSOLE, [".inspector .sessions", ".inspector"], None;
    /// Its limit.
    OutputLimit "output-limit" Inspector CONFIG, [".inspector .tab-panel", ".inspector"], Some(|_| "client-output-buffer-limit");
    /// repl-timeout.
    Timeout "repl-timeout" Inspector CONFIG, [".inspector .tab-panel", ".inspector"], Some(|_| "repl-timeout");
    /// WAIT.
    Wait "wait" Inspector CONSOLE, [".inspector .console", ".inspector"], None;
    /// A cut.
    Cut "cut" Stage None, [".strip", ".stage"], Some(|t| t.figures.stage.cut_verb);
    /// A freeze.
    Freeze "freeze" Stage None, [".strip", ".stage"], Some(|t| t.figures.stage.freeze_verb);
    /// A stopped process.
    Pause "pause" Inspector CONSOLE, [".inspector .actions", ".inspector"], Some(|t| t.shell.inspector.pause_process);
    /// A killed process.
    Crash "crash" Inspector CONSOLE, [".inspector .actions", ".inspector"], Some(|t| t.shell.inspector.crash);
    /// Latency and bandwidth.
    Physics "latency" Stage None, [".strip .qty", ".strip", ".stage"], None;
    /// An event.
    Event "event" Stage None, [".timeline .clock", ".timeline"], None;
    /// The speed that follows.
    Auto "auto" Stage None, [".timeline .speed", ".timeline"], Some(|t| t.shell.bar.auto);
    /// The seed.
    Seed "seed" Stage None, ["header .scene", "header"], None;
    /// An invariant.
    Invariant "invariant" Stage None, [".lamps", ".caption"], None;
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

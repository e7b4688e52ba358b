//! Sentinels in a scenario: `sentinel s1 s2 s3 watch master quorum 2 down-after 5s`.

use super::act::{name, number, time};
use crate::condition::lexer::Lexer;
use crate::condition::{Expected, Quantity, TextError, Thing, span_text};
use crate::sim::world::SentinelSpec;
use crate::time::Span;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Redis's own: half a minute of silence, three minutes for a failover, one replica at a time.
const DEFAULTS: (Span, Span, u32) = (Span::from_secs(30), Span::from_secs(180), 1);
/// The names are read up to this word.
const WATCH: &str = "watch";

/// The words behind `sentinel`: names, `watch MASTER`, and how. The quorum is half of those named and one more unless said.
pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<Vec<SentinelSpec>, TextError> {
    const WORDS: &Expected = &Expected::OneOf(&["quorum", "down-after", "failover-timeout", "parallel-syncs"]);
    let mut names = Vec::new();
    while names.is_empty() || !lexer.take(WATCH) {
        if !names.is_empty() && lexer.is_empty() {
            lexer.word(&Expected::OneOf(&["watch MASTER"]))?;
        }
        names.push(name(lexer, &Expected::NewName(Thing::Node))?);
    }
    let master = name(lexer, &Expected::Node)?;
    let (mut down_after, mut failover_timeout, mut parallel_syncs) = DEFAULTS;
    let mut quorum = names.len() as u32 / 2 + 1;
    while !lexer.is_empty() {
        let word = lexer.word(WORDS)?;
        match word.text() {
            "quorum" => quorum = number(lexer, Quantity::Number, 1, crate::limits::SENTINELS_MAX as u64)? as u32,
            "down-after" => down_after = time(lexer, &Expected::Time("5s"))?.max(Span::from_millis(1)),
            "failover-timeout" => failover_timeout = time(lexer, &Expected::Time("180s"))?.max(Span::from_millis(1)),
            "parallel-syncs" => parallel_syncs = number(lexer, Quantity::Number, 1, 1_000)? as u32,
            _ => return Err(lexer.wrong(&word, WORDS)),
        }
    }
    let spec = |name: String| SentinelSpec {
        name,
        ip: String::new(),
        watch: master.clone(),
        quorum,
        down_after,
        failover_timeout,
        parallel_syncs,
    };
    Ok(names.into_iter().map(spec).collect())
}

/// One sentinel as a line.
pub(super) fn line(spec: &SentinelSpec) -> String {
    let (down_after, timeout) = (span_text(spec.down_after), span_text(spec.failover_timeout));
    format!(
        "sentinel {} watch {} quorum {} down-after {down_after} failover-timeout {timeout} parallel-syncs {}",
        spec.name, spec.watch, spec.quorum, spec.parallel_syncs
    )
}

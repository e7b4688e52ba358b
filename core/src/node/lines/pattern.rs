//! A line with holes: how a text that was read is known again.

use super::table;
use crate::era::Era;
use crate::order;
use crate::repl::ReplId;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

/// A text of the tables with holes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// Subject and row, `Sessions.Lack`.
    pub line: &'static str,
    /// Its pieces in their order.
    pub pieces: Vec<Piece>,
    /// The eras that say it so.
    pub eras: Vec<Era>,
}

/// A piece of a pattern.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Piece {
    /// These words.
    Words(String),
    /// Anything: the value of a field, which has this name; of none if it is empty.
    Field(&'static str),
}

/// Cuts a text, in which every field has its [`table::Sample`], into pieces.
pub(super) fn pieces(text: &str, fields: &[&'static str]) -> Vec<Piece> {
    let mut holes: Vec<(usize, usize, &'static str)> = Vec::new();
    for (n, field) in fields.iter().enumerate() {
        let number = table::number(n);
        let shown = [
            table::WORDS[n.min(table::WORDS.len() - 1)].to_owned(),
            <ReplId as table::Sample>::sample(n, 0).to_string(),
            number.to_string(),
            format!("{}.{:03}", number / 1_000, number % 1_000),
            <crate::fact::Errno as table::Sample>::sample(n, 0).to_string(),
        ];
        holes.extend(shown.iter().flat_map(|shown| text.match_indices(shown.as_str())).map(|(at, found)| (at, at + found.len(), *field)));
    }
    // A size in MiB shows nothing of its sample but that there is a point.
    let size = |at: usize| text[at..].find(" M").map(|end| (at, at + end));
    let sizes = text.match_indices(['0']).filter_map(|(at, _)| size(at));
    holes.extend(sizes.filter(|(at, end)| *end == at + 4 && text.as_bytes()[at + 1] == b'.').map(|(at, end)| (at, end, "")));
    order::sort(&mut holes);
    let mut pieces = Vec::new();
    let mut done = 0;
    for (from, to, field) in holes {
        if from < done {
            continue;
        }
        if from > done {
            pieces.push(Piece::Words(text[done..from].to_owned()));
        }
        pieces.push(Piece::Field(field));
        done = to;
    }
    if done < text.len() {
        pieces.push(Piece::Words(text[done..].to_owned()));
    }
    pieces
}

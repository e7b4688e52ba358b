//! What somebody pasted for a diagnosis: the texts, what came of them, and how they are shown line by line. It knows neither Yew nor the browser; nothing
//! of it is kept anywhere.

use resync_core::diagnose::{Diagnosis, Reader, joined, judge};
use std::rc::Rc;

/// What somebody asks for on the sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// The first text (0) or the later one (1) is this.
    Text(usize, String),
    /// Both texts go.
    Clear,
    /// The scenario of a finding, by its number.
    Open(usize),
    /// The sheet *Size it* with what a finding knows, by its number.
    Size(usize),
}

/// The texts and their diagnosis.
#[derive(Clone, PartialEq, Default)]
pub struct Pasted {
    /// The first text, and one of the same servers that came later.
    pub texts: [String; 2],
    /// When the first one came, ms of the page's clock.
    came_ms: f64,
    /// What came of it; `None` while there is no text.
    pub diagnosis: Option<Rc<Diagnosis>>,
}

/// What the sheet has, once it has been opened.
#[derive(Default)]
pub struct Pasting {
    /// The texts.
    pub pasted: Rc<Pasted>,
    /// The tables of log lines, once something was pasted.
    pub reader: Option<Reader>,
    /// Whether the address names the sheet.
    pub named: bool,
}

/// A line of a text as it is shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: u32,
    /// Its words; those that a finding quotes are marked.
    pub pieces: Vec<(String, bool)>,
    /// The findings that quote it, from 1.
    pub findings: Vec<usize>,
    /// Whether it was not read.
    pub unread: bool,
}

/// So many lines of a text are shown; of a longer one those that are quoted.
const LINES_MAX: usize = 400;

impl Pasted {
    /// Takes a text, at a moment of the page's clock.
    pub fn take(&mut self, which: usize, text: String, now_ms: f64, reader: &Reader) {
        if which == 0 && self.texts[0].is_empty() {
            self.came_ms = now_ms;
        }
        if let Some(own) = self.texts.get_mut(which) {
            *own = text;
        }
        let first = reader.read(&self.texts[0], 0);
        let paste = if self.texts[1].is_empty() {
            first
        } else {
            let apart = (now_ms - self.came_ms).clamp(0.0, 1e9);
            // Whole milliseconds; less than one is no time to take a rate over.
            joined(first, reader.read(&self.texts[1], 1), (apart >= 1.0).then_some(apart as u64))
        };
        self.diagnosis = self.texts.iter().any(|text| !text.trim().is_empty()).then(|| Rc::new(judge(paste)));
    }

    /// The lines of a text, with what is quoted of them.
    #[must_use]
    pub fn lines(&self, which: usize) -> Vec<Line> {
        let (Some(diagnosis), Some(text)) = (&self.diagnosis, self.texts.get(which)) else { return Vec::new() };
        let mut spans: Vec<(usize, usize, usize)> = Vec::new();
        for (n, finding) in diagnosis.findings.iter().enumerate() {
            let places = finding.quotes.iter().filter(|place| usize::from(place.sample) == which);
            spans.extend(places.map(|place| (place.from, place.to, n + 1)));
        }
        let unread = |from: usize, to: usize| {
            let mut places = diagnosis.paste.unread.iter().filter(|place| usize::from(place.sample) == which);
            places.any(|place| place.from < to && place.to > from)
        };
        let many = text.split('\n').nth(LINES_MAX).is_some();
        let mut from = 0;
        let mut lines = Vec::new();
        for (number, words) in (1..).zip(text.split('\n')) {
            let to = from + words.len();
            let own: Vec<_> = spans.iter().filter(|(begin, end, _)| *begin < to && *end > from).collect();
            let mut findings: Vec<usize> = own.iter().map(|(_, _, n)| *n).collect();
            findings.dedup();
            if !many || !own.is_empty() {
                let marks: Vec<(usize, usize)> = own.iter().map(|(begin, end, _)| (begin.max(&from) - from, end.min(&to) - from)).collect();
                lines.push(Line { number, pieces: pieces(words, &marks), unread: own.is_empty() && unread(from, to), findings });
            }
            from = to + 1;
        }
        lines
    }
}

/// A line cut at the ends of its marks.
fn pieces(words: &str, marks: &[(usize, usize)]) -> Vec<(String, bool)> {
    let mut pieces: Vec<(String, bool)> = Vec::new();
    for (at, sign) in words.char_indices() {
        let marked = marks.iter().any(|(from, to)| (*from..*to).contains(&at));
        match pieces.last_mut() {
            Some((piece, own)) if *own == marked => piece.push(sign),
            _ => pieces.push((sign.to_string(), marked)),
        }
    }
    pieces
}

/// What people paste, as an example.
pub const EXAMPLE: &str = "ops@bastion:~$ ssh db1 \"redis-cli info replication; tail -9 /var/log/redis.log\"
# Replication
role:master
connected_slaves:1
slave0:ip=10.0.0.2,port=6379,state=wait_bgsave,offset=0,lag=0
master_repl_offset:2567013556
repl_backlog_active:1
repl_backlog_size:1048576
repl_backlog_first_byte_offset:2565964981
repl_backlog_histlen:1048576
4712:M 12 Mar 14:00:34.204 * Slave 10.0.0.2:6379 asks for synchronization
4712:M 12 Mar 14:00:34.204 * Unable to partial resync with slave 10.0.0.2:6379 for lack of backlog (Slave request was: 353114957).
4712:M 12 Mar 14:00:34.204 * Starting BGSAVE for SYNC with target: disk
4712:M 12 Mar 14:01:35.310 * Background saving terminated with success
4712:M 12 Mar 14:02:11.871 # Client id=4711 addr=10.0.0.2:60018 fd=7 name= age=97 idle=1 flags=S db=0 sub=0 psub=0 multi=-1 qbuf=0 qbuf-free=0 obl=0 oll=62960 omem=2147483656 events=rw cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.
4712:M 12 Mar 14:02:11.873 # Connection with slave 10.0.0.2:6379 lost.
4712:M 12 Mar 14:02:12.880 * Slave 10.0.0.2:6379 asks for synchronization
> can somebody look?? its the 5th time today
[grafana] db1 net out 122MB/s
4712:M 12 Mar 14:02:12.880 * Starting BGSAVE for SYNC with target: disk
ops@bastion:~$ ssh db2 \"grep receiving /var/log/redis.log | tail -1\"
4401:S 12 Mar 14:01:35.331 * MASTER &lt;-&gt; SLAVE sync: receiving 9850322944 bytes from master
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_words_are_marked_in_their_lines() {
        let mut pasted = Pasted::default();
        let reader = Reader::default();
        pasted.take(0, EXAMPLE.to_owned(), 5.0, &reader);
        let diagnosis = pasted.diagnosis.clone().expect("there is a text");
        assert_eq!(diagnosis.findings[0].rule, "limit-loop");
        let lines = pasted.lines(0);
        assert_eq!(lines.len(), EXAMPLE.split('\n').count());
        for (line, written) in lines.iter().zip(EXAMPLE.split('\n')) {
            assert_eq!(line.pieces.iter().map(|(words, _)| words.as_str()).collect::<String>(), written);
            assert_eq!(line.findings.is_empty(), line.pieces.iter().all(|(_, marked)| !marked), "{line:?}");
        }
        assert!(lines[14].findings.contains(&1) && lines[17].unread && lines[18].unread, "{lines:?}");
        let later = EXAMPLE.replace("2567013556", "2667013556");
        pasted.take(1, later, 10_005.0, &reader);
        assert_eq!(pasted.diagnosis.as_ref().map(|diagnosis| diagnosis.paste.nodes[0].apart_ms), Some(Some(10_000)));
        pasted.take(1, String::new(), 0.0, &reader);
        pasted.take(0, " \n".to_owned(), 0.0, &reader);
        assert_eq!((pasted.diagnosis.is_none(), pasted.lines(0)), (true, Vec::new()));
    }

    #[test]
    fn of_a_long_text_the_quoted_lines_are_shown() {
        let mut pasted = Pasted::default();
        let text = "nothing\n".repeat(5_000) + "(error) READONLY You can't write against a read only slave.\n";
        pasted.take(0, text, 0.0, &Reader::default());
        assert_eq!(pasted.lines(0).iter().map(|line| (line.number, line.findings.clone())).collect::<Vec<_>>(), [(5_001, vec![1])]);
    }
}

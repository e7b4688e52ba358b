//! What is known of each pair, field by field, and the comparison of some pairs with all others.

use super::pair::Pair;
use crate::desk::Run;
use resync_core::info::InfoText;
use resync_core::order;
use resync_core::view::{self, NodeIx, PacketKind};
use std::collections::BTreeMap;

/// Lines of a log that are read.
const LOG_LINES: usize = 60;
/// Numbers with more different values than this are compared by a limit, not by each value.
const FEW: usize = 4;

/// Where something is said.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// INFO of the master …
    MasterInfo,
    /// … and of the replica.
    ReplicaInfo,
    /// A value of one end's INFO less one of the other's.
    Between,
    /// A message of the handshake and its answer.
    Handshake,
    /// A line of the replica's log, or two that follow each other …
    ReplicaLog,
    /// … and of the master's.
    MasterLog,
    /// A directive of the replica …
    ReplicaConfig,
    /// … and of the master.
    MasterConfig,
}

/// What is so of a field.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Holds {
    /// It has this value.
    Is(String),
    /// It is a number above this.
    Over(i64),
    /// It is a number up to this.
    UpTo(i64),
    /// The line, or the exchange, is there.
    There,
}

/// A field, and of how many chosen and other pairs something is so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// Where it is said.
    pub source: Source,
    /// What it is called there; of a log or a handshake the words themselves, numbers and ids left out.
    pub name: String,
    /// What is so.
    pub holds: Holds,
    /// Of how many chosen pairs, and how many those are.
    pub chosen: (usize, usize),
    /// Of how many others, and how many those are.
    pub others: (usize, usize),
}
impl Difference {
    /// How different the two are, in thousandths: 1 000 where all of the one and none of the other.
    #[must_use]
    pub fn thousandths(&self) -> u32 {
        let share = |(of, all): (usize, usize)| (of * 1_000) as i64 / (all.max(1)) as i64;
        (share(self.chosen) - share(self.others)).unsigned_abs() as u32
    }
    /// A name for it that stays while time passes.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{:?} {}", self.source, self.name)
    }
}

/// A field with the values that were read.
#[derive(Clone, Debug, Default)]
struct Column {
    values: Vec<String>,
    /// Each value's place in `values`.
    places: BTreeMap<String, u32>,
}

/// What was read of all pairs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    names: BTreeMap<(Source, String), u32>,
    columns: Vec<Column>,
    /// Of each pair the columns and the places of their values.
    pairs: Vec<Vec<(u32, u32)>>,
}

/// What each process has of its own, so that it says nothing by being different.
const OWN: [&str; 16] = [
    "run_id",
    "process_id",
    "master_replid",
    "master_replid2",
    "master_host",
    "lru_clock",
    "used_memory_human",
    "used_memory_peak_human",
    "rdb_last_save_time",
    "slave0: ip",
    "slave0: port",
    "executable",
    "config_file",
    "server_time_usec",
    "slaveof",
    "replicaof",
];

impl Facts {
    /// Reads one pair more.
    pub fn read(&mut self, run: &Run, pair: Pair) {
        self.pairs.push(Vec::new());
        let (master, replica) = (run.info(pair.master, None), run.info(pair.replica, None));
        for (source, info) in [(Source::MasterInfo, &master), (Source::ReplicaInfo, &replica)] {
            if let Some(info) = info {
                self.read_info(source, info);
            }
        }
        let number =
            |info: &Option<InfoText>, name: &str| info.as_ref().and_then(|info| info.named(name)).and_then(|text| text.parse::<i64>().ok());
        if let (Some(head), Some(offset)) = (number(&master, "master_repl_offset"), number(&replica, "slave_repl_offset")) {
            self.put(Source::Between, "master_repl_offset \u{2212} slave_repl_offset".to_owned(), (head - offset).to_string());
        }
        let sim = run.timeline().sim();
        for (source, ix) in [(Source::MasterConfig, pair.master), (Source::ReplicaConfig, pair.replica)] {
            for directive in view::directives(sim, ix) {
                if !OWN.contains(&directive.name.as_str()) {
                    self.put(source, directive.name, directive.value);
                }
            }
        }
        for (source, ix) in [(Source::MasterLog, pair.master), (Source::ReplicaLog, pair.replica)] {
            let lines = view::log(sim, run.timeline().recorder(), ix, LOG_LINES).into_iter().map(|line| plain(&line.text));
            self.read_lines(source, lines);
        }
        self.read_handshake(run, pair.replica);
    }

    fn read_info(&mut self, source: Source, info: &InfoText) {
        for (_, name, value) in info.pairs() {
            let name = name.to_string();
            for (part, value) in value.parts() {
                let part = part.trim_end_matches('=');
                let name = if part.is_empty() { name.clone() } else { format!("{name}: {part}") };
                if !OWN.contains(&name.as_str()) {
                    self.put(source, name, value);
                }
            }
        }
    }

    /// Lines that are there, and lines that follow each other.
    fn read_lines(&mut self, source: Source, lines: impl Iterator<Item = String>) {
        let mut before: Option<String> = None;
        for line in lines {
            if let Some(before) = before.filter(|before| *before != line) {
                self.put(source, format!("{before} \u{2192} {line}"), String::new());
            }
            self.put(source, line.clone(), String::new());
            before = Some(line);
        }
    }

    /// What was asked on the pair's link, and what was answered.
    fn read_handshake(&mut self, run: &Run, replica: NodeIx) {
        let timeline = run.timeline();
        let links = timeline.sim().links();
        let Some(link) = links.iter().position(|link| timeline.sim().oriented(link).1 == replica) else { return };
        let ladder = view::handshake(timeline.sim(), timeline.recorder(), u32::try_from(link).unwrap_or(u32::MAX));
        let mut asked: Option<String> = None;
        for row in ladder.rows {
            match row.kind {
                PacketKind::Request => asked = Some(plain(&row.text)),
                PacketKind::Reply | PacketKind::Rdb => {
                    if let Some(asked) = asked.take() {
                        let answer = if row.kind == PacketKind::Rdb { "RDB".to_owned() } else { plain(&row.text) };
                        self.put(Source::Handshake, format!("{asked} \u{2192} {answer}"), String::new());
                    }
                }
                _ => {}
            }
        }
    }

    fn put(&mut self, source: Source, name: String, value: String) {
        let next = self.columns.len() as u32;
        let column = *self.names.entry((source, name)).or_insert(next);
        if column == next {
            self.columns.push(Column::default());
        }
        let of = &mut self.columns[column as usize];
        let place = match of.places.get(&value) {
            Some(place) => *place,
            None => {
                let place = of.values.len() as u32;
                of.places.insert(value.clone(), place);
                of.values.push(value);
                place
            }
        };
        let Some(pair) = self.pairs.last_mut() else { return };
        // A line that is printed twice is there once.
        if !pair.contains(&(column, place)) {
            pair.push((column, place));
        }
    }

    /// Every field with that of its values by which the chosen pairs differ most from all others, the most different first; what is alike comes last.
    #[must_use]
    pub fn compare(&self, chosen: &[bool]) -> Vec<Difference> {
        let is = |at: usize| chosen.get(at).copied().unwrap_or(false);
        let here = (0..self.pairs.len()).filter(|at| is(*at)).count();
        let (here, there) = (here, self.pairs.len() - here);
        if here == 0 || there == 0 {
            return Vec::new();
        }
        let mut counts: Vec<Vec<[usize; 2]>> = self.columns.iter().map(|column| vec![[0; 2]; column.values.len()]).collect();
        for (at, pair) in self.pairs.iter().enumerate() {
            for (column, place) in pair {
                counts[*column as usize][*place as usize][usize::from(!is(at))] += 1;
            }
        }
        let all = self.names.iter().filter_map(|((source, name), column)| {
            let (holds, [of_chosen, of_others]) =
                telling(&self.columns[*column as usize].values, &counts[*column as usize], [here, there])?;
            let name = name.clone();
            Some(Difference { source: *source, name, holds, chosen: (of_chosen, here), others: (of_others, there) })
        });
        let mut all: Vec<Difference> = all.collect();
        // Of two that tell alike the one that more of the chosen have, then by where it is said.
        order::sort_by_key(&mut all, |row| (1_000 - row.thousandths(), row.source, row.name.clone()));
        all
    }
}

/// What is so of a column's values by which two groups of these sizes differ most, and of how many in each. Nothing of a column in which each has its own.
fn telling(values: &[String], counts: &[[usize; 2]], sizes: [usize; 2]) -> Option<(Holds, [usize; 2])> {
    let away = |of: &[usize; 2]| (of[0] * sizes[1]).abs_diff(of[1] * sizes[0]);
    let numbers: Option<Vec<i64>> = values.iter().map(|value| value.parse().ok()).collect();
    if let Some(numbers) = numbers.filter(|numbers| numbers.len() > FEW) {
        let mut sorted: Vec<(i64, [usize; 2])> = numbers.into_iter().zip(counts.iter().copied()).collect();
        order::sort_by_key(&mut sorted, |(number, _)| *number);
        let all = sorted.iter().fold([0, 0], |sum, (_, of)| [sum[0] + of[0], sum[1] + of[1]]);
        let (mut below, mut best) = ([0, 0], None::<(usize, Holds, [usize; 2])>);
        for (number, of) in &sorted[..sorted.len() - 1] {
            below = [below[0] + of[0], below[1] + of[1]];
            let above = [all[0] - below[0], all[1] - below[1]];
            // Said of the side on which the chosen are.
            let upper = above[0] * sizes[1] >= above[1] * sizes[0];
            let (holds, of) = if upper { (Holds::Over(*number), above) } else { (Holds::UpTo(*number), below) };
            if best.as_ref().is_none_or(|(far, ..)| away(&of) > *far) {
                best = Some((away(&of), holds, of));
            }
        }
        return best.map(|(_, holds, of)| (holds, of));
    }
    // Where nobody shares a value it says who somebody is, not what is so of it.
    if values.len() > FEW && counts.iter().all(|of| of[0] + of[1] <= 1) {
        return None;
    }
    let most = (0..values.len()).max_by_key(|at| (away(&counts[*at]), counts[*at][0] * sizes[1] >= counts[*at][1] * sizes[0]))?;
    let holds = if values[most].is_empty() && values.len() == 1 { Holds::There } else { Holds::Is(values[most].clone()) };
    Some((holds, counts[most]))
}

/// A line without what is only its own: words with digits in them stand as `…`, but for those that Redis itself prints so.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(' ') {
        if !out.is_empty() {
            out.push(' ');
        }
        let own = word.chars().any(|c| c.is_ascii_digit()) && !word.starts_with("psync2") && !word.starts_with("RDB");
        out.push_str(if own { "\u{2026}" } else { word });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pairs of which each is a list of (source, name, value).
    fn facts(pairs: &[&[(Source, &str, &str)]]) -> Facts {
        let mut facts = Facts::default();
        for pair in pairs {
            facts.pairs.push(Vec::new());
            for (source, name, value) in *pair {
                facts.put(*source, (*name).to_owned(), (*value).to_owned());
            }
        }
        facts
    }

    #[test]
    fn the_most_different_field_comes_first_and_what_is_alike_last() {
        use Source::{MasterInfo, ReplicaConfig, ReplicaLog};
        let ill = [(MasterInfo, "slave0: offset", "0"), (ReplicaConfig, "timeout", "60"), (ReplicaLog, "Retrying with SYNC...", "")];
        let near = [
            (MasterInfo, "slave0: offset", "15"),
            (ReplicaConfig, "timeout", "60"),
            (ReplicaLog, "Retrying with SYNC...", ""),
            (ReplicaLog, "Full resync from master: …", ""),
        ];
        let well = [(MasterInfo, "slave0: offset", "15"), (ReplicaConfig, "timeout", "60"), (ReplicaLog, "Full resync from master: …", "")];
        let facts = facts(&[&ill, &near, &well, &ill]);
        let rows = facts.compare(&[true, false, false, true]);
        let said: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.holds.clone(), row.chosen, row.others)).collect();
        assert_eq!(
            said,
            [
                ("slave0: offset", Holds::Is("0".into()), (2, 2), (0, 2)),
                ("Full resync from master: …", Holds::There, (0, 2), (2, 2)),
                ("Retrying with SYNC...", Holds::There, (2, 2), (1, 2)),
                ("timeout", Holds::Is("60".into()), (2, 2), (2, 2)),
            ]
        );
        assert_eq!(rows.iter().map(Difference::thousandths).collect::<Vec<_>>(), [1_000, 1_000, 500, 0]);
        assert_eq!((facts.compare(&[]).len(), facts.compare(&[true; 4]).len()), (0, 0), "there is nothing to compare with");
    }

    #[test]
    fn many_numbers_are_told_apart_by_a_limit_and_names_of_processes_by_nothing() {
        let numbers: Vec<String> = (0..12).map(|i| if i < 4 { 70 + i } else { i % 3 }.to_string()).collect();
        let ids: Vec<String> = (0..12).map(|i| format!("id{i}")).collect();
        let pairs: Vec<Vec<(Source, &str, &str)>> = (0..12)
            .map(|i| vec![(Source::MasterInfo, "slave0: lag", numbers[i].as_str()), (Source::MasterInfo, "id", ids[i].as_str())])
            .collect();
        let facts = facts(&pairs.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let chosen: Vec<bool> = (0..12).map(|i| i < 4).collect();
        let rows = facts.compare(&chosen);
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!((&rows[0].holds, rows[0].chosen, rows[0].others), (&Holds::Over(2), (4, 4), (0, 8)));
        let others: Vec<bool> = chosen.iter().map(|is| !is).collect();
        assert_eq!(facts.compare(&others)[0].holds, Holds::UpTo(2));
    }

    #[test]
    fn lines_lose_what_is_only_their_own() {
        assert_eq!(plain("Full resync from master: 1cd5fdd2:15"), "Full resync from master: …");
        assert_eq!(
            plain("MASTER <-> SLAVE sync: receiving 44312 bytes from master"),
            "MASTER <-> SLAVE sync: receiving … bytes from master"
        );
        assert_eq!(plain("Retrying with SYNC..."), "Retrying with SYNC...");
    }
}

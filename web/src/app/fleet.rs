//! The fleet of an incident: its pairs read piece by piece, chosen, compared, and spoken to all at once.

use super::App;
use super::cases::{Case, Pairs};
use crate::browser;
use crate::incident::Among;
use crate::incident::shown::Table;
use crate::panels::incident::counts;
use resync_core::view::{LaneStretch, NodeIx, Shared};
use resync_js::fleet::{Facts, Pair, Reading, Sign, by_abnormality};
use resync_lessons::incidents::Fleet;
use std::rc::Rc;

/// Script time of a frame in which pairs are read, ms.
const READ_MS: f64 = 5.0;

impl App {
    /// The pairs of the incident that has been opened.
    pub(super) fn begin_fleet(&mut self, of: &Fleet) {
        let (mut pairs, mut names) = (Vec::new(), Vec::new());
        {
            let desk = self.desk.borrow();
            for i in 1..=of.pairs {
                let (master, replica) = of.pair(i);
                if let (Some(master), Some(replica)) = (desk.run().node_named(&master), desk.run().node_named(&replica)) {
                    names.push(format!("{i:03}"));
                    pairs.push(Pair { master, replica });
                }
            }
        }
        let chosen = Rc::new(vec![false; pairs.len()]);
        if let Some(case) = &mut self.case {
            case.fleet = Some(Pairs {
                pairs,
                names: Rc::new(names),
                rows: Rc::default(),
                order: Rc::default(),
                rows_at: None,
                facts: Facts::default(),
                facts_at: None,
                compared: Rc::default(),
                reading: None,
                chosen,
                look: 0,
            });
        }
    }

    /// A frame: what the table shows is read on, then, while time stands still, what can be compared. `true` if there is something new to show.
    pub(super) fn fleet_frame(&mut self) -> bool {
        let desk = self.desk.borrow();
        let Some(pairs) = self.case.as_mut().and_then(|case| case.fleet.as_mut()) else { return false };
        let (run, event) = (desk.run(), desk.run().timeline().sim().event());
        if pairs.reading.is_none() {
            let compares = pairs.chosen.contains(&true) && !desk.player.playing() && pairs.facts_at != Some(event);
            pairs.reading = if pairs.rows_at != Some(event) {
                Some(Reading::rows_of(run))
            } else if compares {
                Some(Reading::facts_of(run))
            } else {
                None
            };
        }
        let Some(reading) = &mut pairs.reading else { return false };
        let began = browser::now();
        if !reading.go_on(run, &pairs.pairs, &|| browser::now() - began < READ_MS) {
            return false;
        }
        let Some(reading) = pairs.reading.take() else { return false };
        let at = Some(reading.event());
        if reading.of_facts() {
            (pairs.facts, pairs.facts_at) = (reading.facts(), at);
            pairs.compare();
        } else {
            let first = pairs.rows_at.is_none();
            pairs.rows = Rc::new(reading.rows());
            pairs.order = Rc::new(by_abnormality(&pairs.rows));
            pairs.rows_at = at;
            if first {
                pairs.look = pairs.order.first().copied().unwrap_or(0);
            }
        }
        true
    }

    /// Something is done in the fleet's table.
    pub(super) fn among(&mut self, among: Among) {
        let Some(case) = self.case.as_mut() else { return };
        let Some(pairs) = case.fleet.as_mut() else { return };
        match among {
            Among::Look(at) => {
                if let Some(pair) = pairs.pairs.get(at) {
                    pairs.look = at;
                    self.ui.inspected = pair.replica;
                }
            }
            Among::Choose(at) => {
                if let Some(is) = Rc::make_mut(&mut pairs.chosen).get_mut(at) {
                    *is = !*is;
                }
                pairs.compare();
            }
            Among::Ill => {
                pairs.chosen = Rc::new(pairs.rows.iter().map(|row| row.sign != Sign::Healthy).collect());
                pairs.compare();
            }
            Among::None => {
                Rc::make_mut(&mut pairs.chosen).fill(false);
                pairs.compare();
            }
            Among::Pin(key) => case.place.pin(&key),
            Among::Replicas(line) => self.type_at_all(&line, |pair| pair.replica),
            Among::Masters(line) => self.type_at_all(&line, |pair| pair.master),
        }
    }

    /// The same line at an end of all chosen pairs, in one moment; `{master}` stands for each one's own master.
    fn type_at_all(&mut self, line: &str, end: impl Fn(&Pair) -> NodeIx) {
        let Some(pairs) = self.case.as_ref().and_then(|case| case.fleet.as_ref()) else { return };
        let chosen = pairs.pairs.iter().zip(pairs.chosen.iter()).filter(|(_, is)| **is);
        let lines: Vec<(String, String)> = chosen
            .map(|(pair, _)| (self.views.name(end(pair)).to_owned(), line.replace("{master}", self.views.name(pair.master))))
            .collect();
        let mut refused = 0;
        for (node, line) in &lines {
            refused += usize::from(self.acting(|desk| desk.type_at(node, line)).is_err());
        }
        let said = (self.t().shell.status.refused)(&format!("{refused}/{}", lines.len()));
        self.ui.status = Some(if refused > 0 { said } else { (crate::i18n::incidents_of(self.t()).fleet.sent)(line, lines.len()) });
    }

    /// Both ends of the pair that is looked at.
    pub(super) fn ends_of_look(&self) -> Vec<(NodeIx, String)> {
        let Some(pairs) = self.case.as_ref().and_then(|case| case.fleet.as_ref()) else { return Vec::new() };
        let Some(pair) = pairs.pairs.get(pairs.look) else { return Vec::new() };
        [pair.master, pair.replica].into_iter().map(|ix| (ix, self.views.name(ix).to_owned())).collect()
    }

    /// What is pinned of the comparison, with the counts of now.
    pub(super) fn pins(&self, case: &Case) -> Vec<(String, String)> {
        let Some(pairs) = &case.fleet else { return Vec::new() };
        let of = |key: &String| pairs.compared.iter().find(|row| row.key() == *key).map(|row| (row.name.clone(), counts(row)));
        case.place.pins.iter().filter_map(of).collect()
    }

    pub(super) fn fleet_shown(&self) -> Option<Rc<Table>> {
        let case = self.case.as_ref()?;
        let pairs = case.fleet.as_ref()?;
        let mut by_replica: Vec<Option<Shared<Vec<LaneStretch>>>> = vec![None; self.views.nodes.len()];
        for (link, lane) in self.views.links().zip(self.views.lanes.iter()) {
            if let Some(place) = by_replica.get_mut(link.to_ix as usize) {
                *place = Some(lane.clone());
            }
        }
        let lanes = pairs.pairs.iter().map(|pair| by_replica[pair.replica as usize].clone().unwrap_or_default()).collect();
        Some(Rc::new(Table {
            rows: Rc::clone(&pairs.rows),
            order: Rc::clone(&pairs.order),
            names: Rc::clone(&pairs.names),
            chosen: Rc::clone(&pairs.chosen),
            look: pairs.look,
            ill: pairs.rows.iter().filter(|row| row.sign != Sign::Healthy).count(),
            lanes,
            now_us: self.views.now_us,
            compared: Rc::clone(&pairs.compared),
            reading: pairs.reading.as_ref().is_some_and(Reading::of_facts),
            moves: self.views.playing,
            pins: case.place.pins.clone(),
        }))
    }
}

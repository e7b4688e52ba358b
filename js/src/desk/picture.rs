//! What is painted of one run, and when it is painted anew.

use crate::views::LaneStretch;
use resync_core::note::Note;
use resync_core::order;
use resync_core::timeline::Timeline;
use resync_core::view::{self, LinkIx, NodeIx};
use std::cell::RefCell;
use std::rc::Rc;

/// Links of one run that are painted: beyond it a stripe is thinner than a pixel.
const STRIPES_MAX: usize = 24;
/// The newest milestones of a run among which words are looked for.
const MARKS_MAX: usize = 4_000;

/// The painted lane of one link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stripe {
    /// The end away from the master: it gives the hue.
    pub to: NodeIx,
    /// From the start to the end of what was played.
    pub stretches: Vec<LaneStretch>,
}

/// A milestone.
#[derive(Clone, PartialEq, Debug)]
pub struct Marked {
    /// When, µs.
    pub at_us: u64,
    /// Where.
    pub node: NodeIx,
    /// What.
    pub note: Note,
}

/// Everything that is painted of a run, over all that was played of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Picture {
    /// Names of its nodes, by number.
    pub nodes: Vec<String>,
    /// Its links, as they stand on the stage from above.
    pub stripes: Vec<Stripe>,
    /// Its newest milestones, oldest first.
    pub marks: Vec<Marked>,
}

/// A picture, and for what it was made.
#[derive(Default)]
pub(super) struct Kept(RefCell<Option<(MadeFor, Rc<Picture>)>>);

/// What changes a picture.
#[derive(PartialEq, Eq)]
struct MadeFor {
    end_us: u64,
    milestones: usize,
    /// Nodes and links at the cursor. Further back there may be fewer: then the fuller picture stays.
    nodes: usize,
    links: usize,
}
impl Kept {
    /// The picture of a run; made anew only when it was played further.
    pub(super) fn of(&self, run: &Timeline) -> Rc<Picture> {
        let journal = run.recorder().journal().entries();
        let sim = run.sim();
        let now =
            MadeFor { end_us: run.end().as_micros(), milestones: journal.len(), nodes: sim.machines().len(), links: sim.links().len() };
        let serves =
            |of: &MadeFor| (of.end_us, of.milestones) == (now.end_us, now.milestones) && of.nodes >= now.nodes && of.links >= now.links;
        let mut kept = self.0.borrow_mut();
        if let Some((_, picture)) = kept.as_ref().filter(|(of, _)| serves(of)) {
            return Rc::clone(picture);
        }
        let nodes: Vec<String> = sim.machines().iter().map(|machine| machine.spec.name.clone()).collect();
        let links = sim.links().iter().enumerate();
        let mut links: Vec<((NodeIx, NodeIx), LinkIx)> = links.map(|(ix, link)| (far_first(sim.oriented(link)), ix as LinkIx)).collect();
        order::sort(&mut links);
        let stretches = |ix: LinkIx| {
            let all = view::lanes(sim, run.recorder(), ix, run.end()).into_iter();
            all.map(|s| LaneStretch { from_us: s.from_us, to_us: s.to_us, what: s.what }).collect()
        };
        let stripes = links.into_iter().take(STRIPES_MAX).map(|((to, _), ix)| Stripe { to, stretches: stretches(ix) }).collect();
        let marks = journal.iter().rev().take(MARKS_MAX).filter(|entry| (entry.node as usize) < nodes.len());
        let mut marks: Vec<Marked> =
            marks.map(|entry| Marked { at_us: entry.at.as_micros(), node: entry.node, note: entry.note.clone() }).collect();
        marks.reverse();
        let picture = Rc::new(Picture { nodes, stripes, marks });
        *kept = Some((now, Rc::clone(&picture)));
        picture
    }
}

/// The end away from the master first: so links stand in the scenario's order of replicas, as on the stage.
const fn far_first((master, replica): (NodeIx, NodeIx)) -> (NodeIx, NodeIx) {
    (replica, master)
}

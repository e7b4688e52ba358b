//! The first minute: three steps that tick themselves off when the journal shows that they were done, whoever did them, and the page's own first cut if
//! nobody does anything. No Yew, no browser.

use crate::draw::replicas::{parent, selected_link};
use resync_core::note::Note;
use resync_core::sim::world::Act;
use resync_core::view::{LinkState, LinkView, NodeIx, Process, Role};
use resync_js::views::Views;

/// How long nobody does anything until the page cuts by itself, µs of wall time.
pub const ALONE_US: u64 = 15_000_000;
/// How long a runway has to be watched to have been seen shrinking, µs of the run.
const WATCHED_US: u64 = 2_000_000;

/// A step of the first minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Cut the link.
    Cut,
    /// Watch the runway.
    Watch,
    /// Heal before it is at 0.
    Heal,
}
impl Step {
    /// All of them, in order.
    pub const ALL: [Step; 3] = [Step::Cut, Step::Watch, Step::Heal];
}

/// How a step stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tick {
    /// Not yet.
    ToDo,
    /// The next one to do.
    Now,
    /// Done.
    Done,
}

/// Where somebody is in the first minute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Nothing was cut yet.
    Cut,
    /// A replica is away, and its runway shrinks.
    Watch,
    /// It was watched; it can still come back in time.
    Heal,
    /// The byte that it wants is overwritten.
    Late,
    /// Its link is healed; it has not been answered yet.
    Asks,
    /// It came back by a partial resync.
    Partial,
    /// It came back by a full one.
    Full,
}
impl Stage {
    /// All of them.
    pub const ALL: [Stage; 7] = [Stage::Cut, Stage::Watch, Stage::Heal, Stage::Late, Stage::Asks, Stage::Partial, Stage::Full];
    /// How each step stands.
    #[must_use]
    pub const fn ticks(self) -> [Tick; 3] {
        use Tick::{Done, Now, ToDo};
        match self {
            Stage::Cut => [Now, ToDo, ToDo],
            Stage::Watch => [Done, Now, ToDo],
            Stage::Heal | Stage::Late | Stage::Asks | Stage::Full => [Done, Done, Now],
            Stage::Partial => [Done, Done, Done],
        }
    }
}

/// What the coach says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    /// Where somebody is.
    pub stage: Stage,
    /// The replica that it is about; empty if the scene has none.
    pub replica: String,
    /// It was the page that cut.
    pub by_page: bool,
}

/// Whether the steps are about what is there: one master, replicas that follow it, and every process runs. After a crash, a pause or a promotion they are not.
#[must_use]
pub fn applies(views: &Views) -> bool {
    let masters = views.nodes().filter(|node| node.role == Role::Master).count();
    masters == 1 && views.nodes().all(|node| matches!(node.process, Process::Up | Process::Loading))
}

/// The last cut of a link to a replica, what came of it, and how it stands now. What the journal of a moment in the past shows is that moment's.
#[must_use]
pub fn stage(views: &Views) -> (Stage, Option<NodeIx>) {
    let now = views.now_us;
    let past = || views.journal.iter().filter(|entry| entry.at_us <= now);
    let end = |name: &str| views.nodes().find(|node| node.name == name).map(|node| node.ix);
    let below = |a: NodeIx, b: NodeIx| {
        [(a, b), (b, a)].into_iter().find_map(|(up, low)| {
            views.nodes().find(|node| node.ix == low).filter(|node| parent(views, node) == Some(up)).map(|node| node.ix)
        })
    };
    let cut = past().rev().find_map(|entry| match &entry.note {
        Some(Note::LinkCut { peer }) => Some((entry.seq, entry.at_us, below(entry.node, end(peer)?)?)),
        _ => None,
    });
    let Some((seq, cut_at, replica)) = cut else { return (Stage::Cut, None) };
    let since = || past().filter(|entry| entry.seq > seq);
    let name = views.nodes().find(|node| node.ix == replica).map_or("", |node| node.name.as_str());
    let healed = since().find_map(|entry| match &entry.note {
        Some(Note::LinkHealed { peer }) if entry.node == replica || peer == name => Some((entry.seq, entry.at_us)),
        _ => None,
    });
    let stage = if let Some((healed, _)) = healed {
        let answer = since().filter(|entry| entry.seq > healed && entry.node == replica).find_map(|entry| match &entry.note {
            Some(Note::PartialAccepted { .. }) => Some(Stage::Partial),
            Some(Note::FullStarted { .. } | Note::SyncFallback { .. }) => Some(Stage::Full),
            _ => None,
        });
        answer.unwrap_or(Stage::Asks)
    } else {
        let runway = views.nodes().find(|node| node.ix == replica).and_then(|node| node.truth.as_ref()?.runway);
        match runway {
            Some(runway) if runway.bytes <= 0 || !runway.partial_now => Stage::Late,
            _ if now.saturating_sub(cut_at) < WATCHED_US => Stage::Watch,
            _ => Stage::Heal,
        }
    };
    (stage, Some(replica))
}

/// What a page does by itself, and when it must not.
///
/// It cuts once in a visit, and only if from the start nobody has done anything to the run: no button, no key, no console, no file, no link, no call of
/// `window.resync` that changes the run or its time (reading calls, `view`, `info`, `export`, `branches` and `on`, do not count). The count runs while the
/// first scene plays as it opened, with nothing over it and motion not reduced; looking at something begins it anew.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Alone {
    /// For how long nobody has done anything, µs of wall time.
    for_us: u64,
    /// Somebody has, or the page did: it does nothing any more in this visit.
    over: bool,
    /// The page has cut.
    did: bool,
}
impl Alone {
    /// Somebody did something to the run, its time, or what is open.
    pub fn act(&mut self) {
        self.over = true;
    }
    /// Somebody looked at something.
    pub fn look(&mut self) {
        self.for_us = 0;
    }
    /// Whether the page has cut by itself.
    #[must_use]
    pub fn did(&self) -> bool {
        self.did
    }
    /// So much wall time has passed. `plays`: the first scene, as it opened, plays with nothing over it, and motion is not reduced. The act that the page does
    /// now, if it does one.
    pub fn pass(&mut self, wall_us: u64, plays: bool, link: Option<&LinkView>) -> Option<Act> {
        if self.over || !plays {
            return None;
        }
        self.for_us = self.for_us.saturating_add(wall_us);
        let link = link.filter(|link| self.for_us >= ALONE_US && link.state == LinkState::Up)?;
        (self.over, self.did) = (true, true);
        Some(Act::Cut { a: link.from.clone(), b: link.to.clone() })
    }
}

/// What the coach says of this moment; `by_page`: the page did the cut.
#[must_use]
pub fn advice(views: &Views, selection: Option<crate::action::Selection>, by_page: bool) -> Advice {
    let (stage, replica) = stage(views);
    let chosen = || selected_link(views, selection).map(|link| link.to_ix);
    let name = replica.or_else(chosen).and_then(|ix| views.nodes().find(|node| node.ix == ix)).map(|node| node.name.clone());
    Advice { stage, replica: name.unwrap_or_default(), by_page: by_page && stage != Stage::Cut }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Selection;
    use resync_js::desk::{Ask, Desk};
    use resync_js::inspection::Tab;

    const ASK: Ask = Ask { node: 0, chosen: false, link: None, lens: None, packet: None, tab: Tab::Console };
    const FRAME_US: u64 = 16_667;

    fn first() -> Desk {
        let mut desk = Desk::load(include_str!("../lessons/01-short-cut-long-cut/scene.resync")).expect("the first scene");
        let at = desk.run().opens_at_us();
        desk.run_mut().seek_some(at, &|| true);
        desk
    }
    fn pass(desk: &mut Desk, ms: u64) -> Stage {
        let to = desk.run().now_us() + ms * 1_000;
        desk.run_mut().seek_some(to, &|| true);
        stage(&desk.views(&ASK)).0
    }

    /// The whole of it, done as a button does, as a console would, and as a script does: what counts is what the journal shows.
    #[test]
    fn each_step_ticks_itself_off_when_it_was_done() {
        let mut desk = first();
        let opens_us = desk.run().now_us();
        assert_eq!(stage(&desk.views(&ASK)), (Stage::Cut, None));
        desk.act("cut master replica-2").expect("a cut");
        assert_eq!(stage(&desk.views(&ASK)), (Stage::Watch, Some(2)));
        assert_eq!(pass(&mut desk, 1_000), Stage::Watch);
        assert_eq!(pass(&mut desk, 1_500), Stage::Heal);
        desk.act("heal master replica-2").expect("a heal");
        assert_eq!(stage(&desk.views(&ASK)).0, Stage::Asks);
        assert_eq!(pass(&mut desk, 5_000), Stage::Partial);
        assert_eq!(Stage::Partial.ticks(), [Tick::Done; 3]);
        // Once more, and too late.
        desk.act("cut replica-1 master").expect("a cut, told from its other end");
        assert_eq!(stage(&desk.views(&ASK)), (Stage::Watch, Some(1)));
        assert_eq!(pass(&mut desk, 20_000), Stage::Late);
        desk.act("heal master replica-1").expect("a heal");
        assert_eq!(pass(&mut desk, 5_000), Stage::Full);
        // Going back is going back for the coach as well.
        desk.run_mut().seek_some(opens_us - 1_000, &|| true);
        assert_eq!(stage(&desk.views(&ASK)), (Stage::Cut, None));
        desk.run_mut().seek_some(opens_us + 1_500_000, &|| true);
        assert_eq!(stage(&desk.views(&ASK)), (Stage::Watch, Some(2)));
    }

    #[test]
    fn where_the_master_is_gone_or_no_longer_alone_there_is_no_advice() {
        for acts in [&["crash master"][..], &["pause replica-2"], &["replica-1: SLAVEOF NO ONE"]] {
            let mut desk = first();
            assert!(applies(&desk.views(&ASK)));
            for act in acts {
                desk.act(act).expect(act);
            }
            pass(&mut desk, 100);
            assert!(!applies(&desk.views(&ASK)), "{acts:?}");
        }
        let mut cut = first();
        cut.act("cut master replica-1").expect("a cut");
        pass(&mut cut, 1_000);
        assert!(applies(&cut.views(&ASK)));
    }

    #[test]
    fn advice_is_about_the_replica_that_is_away_or_selected() {
        let mut desk = first();
        let link = desk.views(&ASK).links().find(|link| link.to == "replica-2").map(|link| link.ix).expect("a link");
        let chosen = Some(Selection::Link(link));
        assert_eq!(advice(&desk.views(&ASK), chosen, true), Advice { stage: Stage::Cut, replica: "replica-2".into(), by_page: false });
        desk.act("cut master replica-1").expect("a cut");
        assert_eq!(advice(&desk.views(&ASK), chosen, true), Advice { stage: Stage::Watch, replica: "replica-1".into(), by_page: true });
    }

    fn alone_for(alone: &mut Alone, seconds: u64, plays: bool, link: &LinkView) -> Option<Act> {
        (0..seconds * 60).find_map(|_| alone.pass(FRAME_US, plays, Some(link)))
    }

    /// With nothing selected no button has a link to cut: the sentence says what comes first, in each language.
    #[test]
    fn with_nothing_selected_a_replica_is_to_be_clicked_first() {
        let said = advice(&first().views(&ASK), None, false);
        assert_eq!(said, Advice { stage: Stage::Cut, replica: String::new(), by_page: false });
        for (lang, word) in [(crate::i18n::Lang::En, "Click a replica"), (crate::i18n::Lang::Zh, "先点一个从节点")] {
            assert!((lang.strings().shell.coach.says)(&said).starts_with(word));
        }
    }

    #[test]
    fn the_page_cuts_once_if_nobody_does_anything_and_never_if_somebody_did() {
        let views = first().views(&ASK);
        let link = views.links().next().expect("a link");
        let cut = Act::Cut { a: link.from.clone(), b: link.to.clone() };
        let mut alone = Alone::default();
        assert_eq!(alone_for(&mut alone, 14, true, link), None);
        assert_eq!(alone_for(&mut alone, 2, true, link), Some(cut.clone()));
        assert!(alone.did());
        assert_eq!(alone_for(&mut alone, 60, true, link), None, "once in a visit");

        let mut acted = Alone::default();
        acted.act();
        assert_eq!(alone_for(&mut acted, 60, true, link), None);
        assert!(!acted.did());

        let mut looks = Alone::default();
        assert_eq!(alone_for(&mut looks, 10, true, link), None);
        looks.look();
        assert_eq!(alone_for(&mut looks, 10, true, link), None, "the count begins anew");
        assert_eq!(alone_for(&mut looks, 6, true, link), Some(cut));

        // Paused, another scene, reduced motion, a sheet over it: no time passes for this.
        let mut still = Alone::default();
        assert_eq!(alone_for(&mut still, 60, false, link), None);
        assert_eq!(alone_for(&mut still, 14, true, link), None);
        let gone = LinkView { state: LinkState::Cut, ..link.clone() };
        assert_eq!(alone_for(&mut Alone::default(), 60, true, &gone), None, "there is nothing to cut");
    }
}

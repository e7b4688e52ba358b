//! What is selected, pointed at and open: the page's own state and its rules. No Yew, no browser, nothing of the run.
//!
//! [`Ui::update`] takes every [`Look`], [`Ui::wish`] says what a key asks for, [`Ui::clamp`], [`Ui::greet`] and [`Ui::open`] follow what becomes of the
//! run. What the rules have to know of the run stands in [`Facts`]; what must be done outside comes back as [`Effects`].

use crate::action::{Action, Branch, Field, Figure, Look, Selection, Sheet, Tab, Travel, Way};
use crate::i18n::glossary::place;
use crate::keys::Key;
use crate::lessons::Lesson;
use crate::teach::class;
use crate::terms::Explained;
use resync_core::sim::world::Act;
use resync_core::view::{LinkView, NodeIx, Shared};
use resync_js::desk::Desk;
use resync_js::refusal::Refusal;

/// What the rules ask of the run that is shown.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// How many nodes there are; their numbers begin at 0.
    pub nodes: NodeIx,
    /// The links that are shown.
    pub links: &'a [Shared<LinkView>],
    /// The link that the selection means: itself, or that of a selected replica to its master.
    pub link: Option<&'a LinkView>,
    /// Name of the inspected node.
    pub node: Option<&'a str>,
    /// Whether it plays.
    pub playing: bool,
    /// The furthest moment played, µs.
    pub end_us: u64,
    /// The stop of the speed's slider.
    pub stop: usize,
}

/// What an update asks the page to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// How much must be drawn again.
    pub redraw: Redraw,
    /// Where the keyboard's focus goes.
    pub focus: Option<Field>,
    /// The run is to pause.
    pub pause: bool,
}

/// How much an update changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Redraw {
    /// Nothing.
    #[default]
    Nothing,
    /// What is lit up: the panels, from the views they have.
    Lit,
    /// What the views are made for: they are made anew.
    Views,
}

impl Effects {
    const VIEWS: Effects = Effects { redraw: Redraw::Views, focus: None, pause: false };
}

/// How a run opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Opening {
    /// The node and the tab in the inspector; without one the first node, and the tab that is open.
    pub look: Option<(NodeIx, Tab)>,
    /// The replica whose link is to be selected as soon as there is one.
    pub link_to: Option<NodeIx>,
}

impl Opening {
    /// What this lesson wants looked at; `tab` is the one that is open.
    #[must_use]
    pub fn of(desk: &Desk, lesson: &Lesson, tab: Tab) -> Opening {
        let named = |name: &str| desk.run().node_named(name);
        let look = (named(&lesson.look.node).unwrap_or(0), Tab::named(&lesson.look.tab).unwrap_or(tab));
        Opening { look: Some(look), link_to: named(&lesson.look.link) }
    }
}

/// The state of the page that is no state of the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ui {
    /// The selected node or link.
    pub selection: Option<Selection>,
    /// The node in the inspector.
    pub inspected: NodeIx,
    /// The replica whose link is to be selected as soon as there is one.
    pub wanted_link: Option<NodeIx>,
    /// The pointed byte of the stream.
    pub pointed: Option<i64>,
    /// The pointed moment, µs.
    pub moment: Option<u64>,
    /// The opened packet.
    pub packet: Option<u64>,
    /// The byte in the middle of the ruler's lens; `None` follows the head.
    pub lens: Option<i64>,
    /// Magnification of the lens in percent; 0: as it fits.
    pub magnify: u32,
    /// The inspector's tab.
    pub tab: Tab,
    /// What a page too narrow for all figures shows.
    pub figure: Figure,
    /// A phone shows a lesson's text, not the figures.
    pub reads: bool,
    /// What lies over the page.
    pub sheet: Option<Sheet>,
    /// Whether the lanes of all runs are open.
    pub lanes: bool,
    /// The term whose card is open.
    pub word: Option<Explained>,
    /// Why the text in the sheet was not taken.
    pub refused: Option<Refusal>,
    /// The text that was not taken.
    pub draft: Option<String>,
    /// The quiet line that answers what the person asked for.
    pub status: Option<String>,
}

impl Ui {
    /// The state of a page that opens, with the figure that it shows first.
    #[must_use]
    pub fn new(figure: Figure) -> Ui {
        Ui {
            selection: None,
            inspected: 0,
            wanted_link: None,
            pointed: None,
            moment: None,
            packet: None,
            lens: None,
            magnify: 0,
            tab: Tab::Guide,
            figure,
            reads: true,
            sheet: None,
            lanes: false,
            word: None,
            refused: None,
            draft: None,
            status: None,
        }
    }

    /// Follows a look.
    #[must_use = "the effects are what the page has to do"]
    pub fn update(&mut self, look: Look, facts: &Facts) -> Effects {
        match look {
            Look::Select(selection) => self.select(selection, facts),
            // Pointing changes what is lit up and nothing that views are made of.
            Look::Point(byte) => return lit(&mut self.pointed, byte),
            Look::Moment(moment) => return lit(&mut self.moment, moment),
            Look::Packet(packet) => self.packet = packet,
            // Which packets there are, only the run knows: the page answers it before it comes here.
            // Nor where words stand, which only the browser knows.
            Look::Rove(_) | Look::ToWord(_) => return Effects::default(),
            Look::Lens(at) => self.lens = at,
            Look::Magnify(percent) => self.magnify = percent,
            Look::Tab(tab) => self.tab = tab,
            Look::Figure(figure) => self.figure = figure,
            Look::Text(reads) => self.reads = reads,
            Look::Sheet(sheet) => self.show(sheet),
            Look::Keyboard => self.show(if self.sheet == Some(Sheet::Keys) { None } else { Some(Sheet::Keys) }),
            Look::Lanes => self.lanes = !self.lanes,
            Look::Focus(field) => {
                if field == Field::Console {
                    (self.tab, self.figure) = (Tab::Console, Figure::Inspector);
                }
                return Effects { focus: Some(field), ..Effects::VIEWS };
            }
            Look::Dismiss => self.status = None,
            Look::Word(word) => self.explain(word),
            Look::Words => self.show(if self.sheet == Some(Sheet::Words) { None } else { Some(Sheet::Words) }),
            Look::Up => return Effects { pause: self.up(facts), ..Effects::VIEWS },
        }
        Effects::VIEWS
    }

    /// What a key asks for here and now; nothing where it has no object.
    #[must_use]
    pub fn wish(&self, key: Key, facts: &Facts) -> Option<Action> {
        let ends = || facts.link.map(|link| (link.from.clone(), link.to.clone()));
        let node = || facts.node.map(str::to_owned);
        Some(match key {
            Key::TogglePlay => Action::Travel(Travel::TogglePlay),
            Key::Back => Action::Travel(Travel::Back),
            Key::Step => Action::Travel(Travel::Step),
            Key::PreviousMark => Action::Travel(Travel::Mark(Way::Before)),
            Key::NextMark => Action::Travel(Travel::Mark(Way::After)),
            Key::Start => Action::Travel(Travel::Seek(0)),
            Key::End => Action::Travel(Travel::Seek(facts.end_us)),
            Key::Slower => Action::Travel(Travel::Speed(facts.stop.saturating_sub(1))),
            Key::Faster => Action::Travel(Travel::Speed(facts.stop + 1)),
            Key::Auto => Action::Travel(Travel::Auto(true)),
            Key::Branches => Action::Look(Look::Lanes),
            Key::PreviousBranch => Action::Branch(Branch::Beside(Way::Before)),
            Key::NextBranch => Action::Branch(Branch::Beside(Way::After)),
            Key::Cut => ends().map(|(a, b)| Action::Run(Act::Cut { a, b }))?,
            Key::Freeze => ends().map(|(a, b)| Action::Run(Act::Freeze { a, b, one_way: false }))?,
            Key::Heal => ends().map(|(a, b)| Action::Run(Act::Heal { a, b }))?,
            Key::Packet => Action::Look(Look::Rove(Way::After)),
            Key::Crash => node().map(|node| Action::Run(Act::Crash { node }))?,
            Key::Restart => node().map(|node| Action::Run(Act::Restart { node, with_rdb: true }))?,
            Key::Console => Action::Look(Look::Focus(Field::Console)),
            Key::Node(ix) if ix < facts.nodes => Action::Look(Look::Select(Selection::Node(ix))),
            Key::Node(_) => return None,
            Key::Goto => Action::Look(Look::Focus(Field::Time)),
            Key::Present => Action::Class(class::Wish::Present),
            Key::Help => Action::Look(Look::Keyboard),
            Key::Words => Action::Look(Look::Words),
            Key::NextWord => Action::Look(Look::ToWord(Way::After)),
            Key::PreviousWord => Action::Look(Look::ToWord(Way::Before)),
            Key::Escape => Action::Look(Look::Up),
        })
    }

    /// Keeps to the nodes that there are: going back may take some away.
    pub fn clamp(&mut self, nodes: NodeIx) {
        self.inspected = self.inspected.min(nodes.saturating_sub(1));
        if matches!(self.selection, Some(Selection::Node(ix)) if ix >= nodes) {
            self.selection = None;
        }
    }

    /// Selects the link that was wanted, once it is among the shown ones.
    pub fn greet(&mut self, links: &[Shared<LinkView>]) {
        if let Some(link) = self.wanted_link.and_then(|ix| links.iter().find(|link| link.to_ix == ix)) {
            self.selection = Some(Selection::Link(link.ix));
            self.wanted_link = None;
        }
    }

    /// Another run is shown: what was selected, pointed at and said belonged to the old one. Sheet, lanes, figure and magnification stay.
    pub fn open(&mut self, opening: Opening) {
        let (inspected, tab) = opening.look.unwrap_or((0, self.tab));
        *self = Ui {
            inspected,
            tab,
            wanted_link: opening.link_to,
            magnify: self.magnify,
            sheet: self.sheet,
            lanes: self.lanes,
            ..Ui::new(self.figure)
        };
    }

    fn select(&mut self, selection: Selection, facts: &Facts) {
        self.wanted_link = None;
        self.selection = Some(selection);
        // Who picks a node wants to look into it.
        if matches!(selection, Selection::Node(_)) && self.tab == Tab::Guide {
            self.tab = Tab::Console;
        }
        self.inspected = match selection {
            Selection::Node(ix) => ix,
            // The inspector stays where it is if that is one of the link's ends.
            Selection::Link(ix) => facts
                .links
                .iter()
                .find(|link| link.ix == ix)
                .map_or(self.inspected, |link| if link.from_ix == self.inspected { link.from_ix } else { link.to_ix }),
        };
    }

    /// Opens the card of a term. If the thing is to be shown, what lies over it goes, and its figure and tab are opened.
    fn explain(&mut self, word: Option<Explained>) {
        self.word = word;
        if let Some(Explained { term, shown: true }) = word {
            let place = place(term);
            self.figure = place.figure;
            self.tab = place.tab.unwrap_or(self.tab);
            self.lanes &= !matches!(place.figure, Figure::Verdict | Figure::Handshake | Figure::Lag);
            self.sheet = None;
        }
    }

    fn show(&mut self, sheet: Option<Sheet>) {
        self.word = None;
        self.sheet = sheet;
        self.refused = None;
        self.draft = None;
    }

    /// One level up, one thing at a time: a term's card, the sheet, what is pointed at, what is selected; then (true) a run that plays is to pause.
    /// One level up, one thing at a time: the sheet, the opened packet, what is pointed at, what is selected; then (true) a run that plays is to pause.
    fn up(&mut self, facts: &Facts) -> bool {
        if self.word.is_some() {
            self.word = None;
        } else if self.sheet.is_some() {
            self.show(None);
        } else if self.packet.is_some() {
            self.packet = None;
        } else if self.pointed.is_some() {
            self.pointed = None;
        } else if self.selection.is_some() {
            self.selection = None;
        } else {
            return facts.playing;
        }
        false
    }
}

fn lit<T: PartialEq>(slot: &mut T, value: T) -> Effects {
    let redraw = if *slot == value { Redraw::Nothing } else { Redraw::Lit };
    *slot = value;
    Effects { redraw, ..Effects::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::Term;
    use resync_core::view::Screen;

    /// A master (0) and three replicas (1–3), with the links that the study has.
    fn cluster() -> Screen {
        crate::fixture::plain().screen
    }

    /// Facts of a run that plays, with this link chosen and this node inspected.
    fn facts<'a>(cluster: &'a Screen, link: Option<usize>, node: Option<usize>) -> Facts<'a> {
        Facts {
            nodes: cluster.nodes.len() as NodeIx,
            links: &cluster.links,
            link: link.map(|at| &*cluster.links[at]),
            node: node.map(|at| cluster.nodes[at].name.as_str()),
            playing: true,
            end_us: 9_000,
            stop: 4,
        }
    }

    fn ui() -> Ui {
        Ui::new(Figure::Stage)
    }

    #[test]
    fn selecting_a_node_inspects_it_and_forgets_the_wanted_link() {
        let (cluster, mut ui) = (cluster(), ui());
        ui.wanted_link = Some(1);
        assert_eq!(ui.update(Look::Select(Selection::Node(2)), &facts(&cluster, None, None)), Effects::VIEWS);
        assert_eq!((ui.selection, ui.inspected, ui.wanted_link), (Some(Selection::Node(2)), 2, None));
        assert_eq!(ui.tab, Tab::Console, "and leaves the guide");
        ui.tab = Tab::Log;
        let _ = ui.update(Look::Select(Selection::Node(1)), &facts(&cluster, None, None));
        assert_eq!(ui.tab, Tab::Log, "but no other tab");
    }

    #[test]
    fn selecting_a_link_inspects_its_far_end_unless_one_end_is_inspected_already() {
        let cluster = cluster();
        let facts = facts(&cluster, None, None);
        let link = &cluster.links[0];
        for (before, after) in [(link.from_ix, link.from_ix), (link.to_ix, link.to_ix), (link.to_ix + 1, link.to_ix)] {
            let mut ui = Ui { inspected: before, ..ui() };
            let _ = ui.update(Look::Select(Selection::Link(link.ix)), &facts);
            assert_eq!((ui.selection, ui.inspected), (Some(Selection::Link(link.ix)), after), "from {before}");
        }
        let mut ui = Ui { inspected: 2, ..ui() };
        let _ = ui.update(Look::Select(Selection::Link(99)), &facts);
        assert_eq!(ui.inspected, 2, "of a link that is not shown nobody knows the ends");
    }

    #[test]
    fn pointing_lights_up_once_and_makes_no_views() {
        let cluster = cluster();
        let (facts, mut ui) = (facts(&cluster, None, None), ui());
        let redraws = [Look::Point(Some(7)), Look::Point(Some(7)), Look::Moment(Some(7)), Look::Moment(None), Look::Moment(None)]
            .map(|look| ui.update(look, &facts).redraw);
        assert_eq!(redraws, [Redraw::Lit, Redraw::Nothing, Redraw::Lit, Redraw::Lit, Redraw::Nothing]);
        assert_eq!((ui.pointed, ui.moment), (Some(7), None));
    }

    #[test]
    fn up_goes_one_level_at_a_time_and_ends_with_the_pause() {
        let cluster = cluster();
        let playing = facts(&cluster, None, None);
        let mut ui = Ui {
            sheet: Some(Sheet::Sandbox),
            refused: Some(Refusal::NobodyListens),
            draft: Some(String::from("not this")),
            packet: Some(4),
            pointed: Some(1),
            selection: Some(Selection::Node(1)),
            ..ui()
        };
        let mut seen = Vec::new();
        for _ in 0..5 {
            let pause = ui.update(Look::Up, &playing).pause;
            assert!(!(ui.sheet.is_some() || ui.refused.is_some()), "the sheet went first");
            seen.push((ui.packet.is_some(), ui.pointed.is_some(), ui.selection.is_some(), pause));
        }
        assert_eq!(
            seen,
            [
                (true, true, true, false),
                (false, true, true, false),
                (false, false, true, false),
                (false, false, false, false),
                (false, false, false, true)
            ]
        );
        assert!(!ui.update(Look::Up, &Facts { playing: false, ..playing }).pause, "what stands still is not started");
    }

    #[test]
    fn sheets_take_their_place_and_forget_what_was_refused_in_them() {
        let cluster = cluster();
        let (facts, mut ui) = (facts(&cluster, None, None), ui());
        ui.refused = Some(Refusal::NobodyListens);
        ui.draft = Some(String::from("not this"));
        let _ = ui.update(Look::Sheet(Some(Sheet::Export)), &facts);
        assert_eq!((ui.sheet, &ui.refused, &ui.draft), (Some(Sheet::Export), &None, &None));
        let sheets = [(); 2].map(|()| {
            let _ = ui.update(Look::Keyboard, &facts);
            ui.sheet
        });
        assert_eq!(sheets, [Some(Sheet::Keys), None]);
        let lanes = [(); 2].map(|()| {
            let _ = ui.update(Look::Lanes, &facts);
            ui.lanes
        });
        assert_eq!(lanes, [true, false]);
    }

    #[test]
    fn the_console_is_opened_with_the_focus_and_the_scrubber_leaves_the_tab() {
        let cluster = cluster();
        let facts = facts(&cluster, None, None);
        let mut ui = Ui { tab: Tab::Config, ..ui() };
        assert_eq!(ui.update(Look::Focus(Field::Time), &facts).focus, Some(Field::Time));
        assert_eq!((ui.tab, ui.figure), (Tab::Config, Figure::Stage));
        assert_eq!(ui.update(Look::Focus(Field::Console), &facts).focus, Some(Field::Console));
        assert_eq!((ui.tab, ui.figure), (Tab::Console, Figure::Inspector));
    }

    #[test]
    fn the_rest_is_kept_as_it_is_said() {
        let cluster = cluster();
        let (facts, mut ui) = (facts(&cluster, None, None), ui());
        ui.status = Some("copied".into());
        for look in [Look::Lens(Some(5)), Look::Magnify(300), Look::Tab(Tab::Log), Look::Figure(Figure::Lag), Look::Dismiss] {
            assert_eq!(ui.update(look, &facts), Effects::VIEWS, "{look:?}");
        }
        let kept = Ui { lens: Some(5), magnify: 300, tab: Tab::Log, figure: Figure::Lag, ..super::Ui::new(Figure::Stage) };
        assert_eq!(ui, kept);
    }

    #[test]
    fn digits_select_the_nodes_that_there_are() {
        let cluster = cluster();
        let facts = facts(&cluster, None, None);
        let last = facts.nodes - 1;
        assert_eq!(ui().wish(Key::Node(last), &facts), Some(Action::Look(Look::Select(Selection::Node(last)))));
        assert_eq!(ui().wish(Key::Node(last + 1), &facts), None);
    }

    #[test]
    fn keys_act_on_the_chosen_link_and_the_inspected_node_by_value() {
        let cluster = cluster();
        let chosen = facts(&cluster, Some(0), Some(1));
        let (a, b) = (cluster.links[0].from.clone(), cluster.links[0].to.clone());
        let node = cluster.nodes[1].name.clone();
        for (key, act) in [
            (Key::Cut, Act::Cut { a: a.clone(), b: b.clone() }),
            (Key::Heal, Act::Heal { a: a.clone(), b: b.clone() }),
            (Key::Freeze, Act::Freeze { a, b, one_way: false }),
            (Key::Crash, Act::Crash { node: node.clone() }),
            (Key::Restart, Act::Restart { node, with_rdb: true }),
        ] {
            assert_eq!(ui().wish(key, &chosen), Some(Action::Run(act)));
            assert_eq!(ui().wish(key, &facts(&cluster, None, None)), None, "{key:?} has no object");
        }
    }

    #[test]
    fn keys_travel_by_what_the_run_says() {
        let cluster = cluster();
        let at_rest = Facts { stop: 0, ..facts(&cluster, None, None) };
        for (key, travel) in [
            (Key::End, Travel::Seek(9_000)),
            (Key::Start, Travel::Seek(0)),
            (Key::Slower, Travel::Speed(0)),
            (Key::Faster, Travel::Speed(1)),
            (Key::PreviousMark, Travel::Mark(Way::Before)),
            (Key::NextMark, Travel::Mark(Way::After)),
            (Key::Auto, Travel::Auto(true)),
        ] {
            assert_eq!(ui().wish(key, &at_rest), Some(Action::Travel(travel)));
        }
        for (key, way) in [(Key::PreviousBranch, Way::Before), (Key::NextBranch, Way::After)] {
            assert_eq!(ui().wish(key, &at_rest), Some(Action::Branch(Branch::Beside(way))));
        }
    }

    #[test]
    fn every_key_of_the_table_asks_for_something_where_it_has_an_object() {
        let cluster = cluster();
        for row in crate::keys::TABLE {
            assert!(ui().wish(row.key, &facts(&cluster, Some(0), Some(0))).is_some(), "{:?}", row.key);
        }
    }

    #[test]
    fn a_term_that_is_shown_opens_what_shows_it_and_goes_first_with_escape() {
        let cluster = cluster();
        let playing = facts(&cluster, None, None);
        let mut ui = Ui { sheet: Some(Sheet::Words), lanes: true, ..ui() };
        let word = Explained { term: Term::OutputLimit, shown: true };
        assert_eq!(ui.update(Look::Word(Some(word)), &playing), Effects::VIEWS);
        assert_eq!((ui.word, ui.sheet, ui.figure, ui.tab, ui.lanes), (Some(word), None, Figure::Inspector, Tab::Config, true));
        let _ = ui.update(Look::Word(Some(Explained { term: Term::Verdict, shown: true })), &playing);
        assert_eq!((ui.figure, ui.tab, ui.lanes), (Figure::Verdict, Tab::Config, false), "the dock lies under the lanes");
        assert!(!ui.update(Look::Up, &playing).pause && ui.word.is_none());
        let _ = ui.update(Look::Word(Some(Explained { term: Term::Lag, shown: false })), &playing);
        let _ = ui.update(Look::Words, &playing);
        assert_eq!((ui.word, ui.sheet), (None, Some(Sheet::Words)), "the list takes the card's place");
        let _ = ui.update(Look::Words, &playing);
        assert_eq!(ui.sheet, None);
    }

    #[test]
    fn nodes_that_are_gone_are_let_go_of() {
        let mut ui = Ui { inspected: 4, selection: Some(Selection::Node(4)), ..ui() };
        ui.clamp(5);
        assert_eq!((ui.inspected, ui.selection), (4, Some(Selection::Node(4))));
        ui.clamp(3);
        assert_eq!((ui.inspected, ui.selection), (2, None));
        ui.selection = Some(Selection::Link(9));
        ui.clamp(0);
        assert_eq!((ui.inspected, ui.selection), (0, Some(Selection::Link(9))), "a link may come back");
    }

    #[test]
    fn a_wanted_link_is_selected_once_it_is_there_and_once_only() {
        let cluster = cluster();
        let to = cluster.links[0].to_ix;
        let mut ui = Ui { wanted_link: Some(to), ..ui() };
        ui.greet(&[]);
        assert_eq!((ui.selection, ui.wanted_link), (None, Some(to)));
        ui.greet(&cluster.links);
        assert_eq!((ui.selection, ui.wanted_link), (Some(Selection::Link(cluster.links[0].ix)), None));
        ui.selection = None;
        ui.greet(&cluster.links);
        assert_eq!(ui.selection, None);
    }

    #[test]
    fn another_run_takes_what_belonged_to_the_old_one() {
        let used = Ui {
            selection: Some(Selection::Link(1)),
            inspected: 3,
            wanted_link: Some(3),
            pointed: Some(1),
            moment: Some(2),
            packet: Some(9),
            lens: Some(3),
            magnify: 250,
            tab: Tab::Keys,
            figure: Figure::Lag,
            reads: true,
            sheet: Some(Sheet::Lessons),
            lanes: true,
            word: Some(Explained { term: Term::Lag, shown: true }),
            refused: Some(Refusal::NobodyListens),
            draft: Some(String::from("not this")),
            status: Some("copied".into()),
        };
        let mut ui = used.clone();
        ui.open(Opening::default());
        let kept = Ui { magnify: 250, tab: Tab::Keys, sheet: Some(Sheet::Lessons), lanes: true, ..Ui::new(Figure::Lag) };
        assert_eq!(ui, kept);
        let mut ui = used;
        ui.open(Opening { look: Some((2, Tab::Info)), link_to: Some(1) });
        assert_eq!(ui, Ui { inspected: 2, tab: Tab::Info, wanted_link: Some(1), ..kept });
    }
}

//! What each group of panels shows. While time passes the groups take their turns: stream and stage at once, the dock with the next frame, timeline and
//! inspector with the one after that. So no frame has to draw the whole page, and none is late for it. Whatever a person does shows everywhere at once.

use resync_js::desk::Lanes;
use resync_js::inspection::Inspection;
use resync_js::views::{Shared, Views};

/// The groups that wait for a later frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Turn {
    Dock,
    Side,
}

/// What the groups that wait show until it is their turn.
pub(super) struct Turns {
    /// Verdict, handshake, lag.
    pub(super) dock: Shared<Views>,
    /// Timeline and inspector …
    pub(super) side: Shared<Views>,
    /// … and what belongs to them.
    pub(super) inspection: Shared<Inspection>,
    pub(super) lanes: Shared<Lanes>,
    turn: Option<Turn>,
}

impl Turns {
    pub(super) fn new(views: &Shared<Views>, inspection: &Shared<Inspection>, lanes: &Shared<Lanes>) -> Turns {
        Turns { dock: views.clone(), side: views.clone(), inspection: inspection.clone(), lanes: lanes.clone(), turn: None }
    }
    /// There is something newer: the groups that wait follow frame by frame.
    pub(super) fn wait(&mut self) {
        self.turn = Some(Turn::Dock);
    }
    /// What was read last is shown in the group whose turn it is. `false`: nobody waits.
    pub(super) fn next(&mut self, views: &Shared<Views>, inspection: &Shared<Inspection>, lanes: &Shared<Lanes>) -> bool {
        match self.turn.take() {
            Some(Turn::Dock) => {
                self.dock = views.clone();
                self.turn = Some(Turn::Side);
                true
            }
            Some(Turn::Side) => {
                *self = Turns::new(views, inspection, lanes);
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use resync_js::inspection::Tab;

    #[test]
    fn each_group_has_its_turn_and_then_all_show_the_same() {
        let desk = resync_js::desk::Desk::load("era 7.0\nnode a\n").expect("a scenario");
        let ask = resync_js::desk::Ask { node: 0, chosen: false, link: None, lens: None, packet: None, tab: Tab::Console };
        let (inspection, lanes) = (Shared::new(desk.run().inspection(&ask)), Shared::new(Lanes::default()));
        let (old, new) = (fixture::shared(fixture::plain()), fixture::shared(fixture::plain()));
        let mut turns = Turns::new(&old, &inspection, &lanes);
        assert!(!turns.next(&new, &inspection, &lanes) && turns.dock == old, "nobody waits");
        turns.wait();
        assert!(turns.next(&new, &inspection, &lanes) && turns.dock == new && turns.side == old);
        assert!(turns.next(&new, &inspection, &lanes) && turns.side == new);
        assert!(!turns.next(&new, &inspection, &lanes));
    }
}

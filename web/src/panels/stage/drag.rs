//! Taking a node or a writer by the pointer and putting it on another node.

use super::layout::Plan;
use crate::action::Action;
use crate::draw::backlog::Area;
use crate::draw::{Size, maths, n, pointer, sans_width};
use crate::i18n::Strings;
use resync_core::sim::world::Act;
use resync_core::view::NodeIx;
use resync_js::views::Views;
use web_sys::{Element, MouseEvent, PointerEvent};
use yew::{Html, NodeRef, TargetCast, html};

/// How far the pointer goes before it is a drag and no click.
const SLOP: f64 = 6.0;

/// What is dragged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// A node, to follow the one on which it is let go.
    Node(NodeIx),
    /// A writer by its name, to write to that one.
    Writer(String, NodeIx),
}

/// A pointer that is down.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Drag {
    what: What,
    from: (f64, f64),
    at: (f64, f64),
    over: Option<NodeIx>,
    /// It has gone far enough to mean it.
    pub(super) meant: bool,
}

fn number(element: &Element, name: &str) -> Option<NodeIx> {
    element.get_attribute(name)?.parse().ok()
}
/// The node under a point of the window.
fn under(event: &MouseEvent) -> Option<NodeIx> {
    let document = event.target_dyn_into::<Element>()?.owner_document()?;
    let element = document.element_from_point(event.client_x() as f32, event.client_y() as f32)?;
    number(&element.closest("[data-node]").ok().flatten()?, "data-node")
}

/// A button of the mouse, or a pen, goes down: on something that can be taken? A finger scrolls, and has the lists among the node's buttons.
pub(super) fn begin(event: &PointerEvent, canvas: &NodeRef, size: Size) -> Option<Drag> {
    if event.button() != 0 || event.pointer_type() == "touch" {
        return None;
    }
    let target = event.target_dyn_into::<Element>()?;
    let found = |selector: &str| target.closest(selector).ok().flatten();
    let what = match (found("[data-writer]"), found("[data-drag]")) {
        (Some(writer), _) => What::Writer(writer.get_attribute("data-writer")?, number(&writer, "data-node")?),
        (None, Some(node)) => What::Node(number(&node, "data-node")?),
        (None, None) => return None,
    };
    let at = pointer::place(event, canvas, size)?;
    Some(Drag { what, from: at, at, over: None, meant: false })
}

impl Drag {
    /// The pointer moved.
    pub(super) fn moved(&self, event: &PointerEvent, canvas: &NodeRef, size: Size) -> Drag {
        let at = pointer::place(event, canvas, size).unwrap_or(self.at);
        let meant = self.meant || maths::hypot(at.0 - self.from.0, at.1 - self.from.1) > SLOP;
        let own = match &self.what {
            What::Node(ix) | What::Writer(_, ix) => *ix,
        };
        Drag { at, meant, over: under(event).filter(|over| meant && *over != own), ..self.clone() }
    }
    /// What letting go here asks for.
    pub(super) fn asks(&self, views: &Views) -> Option<Action> {
        let to = views.nodes.get(self.over? as usize)?;
        match &self.what {
            What::Node(ix) => Some(Action::follow(views.nodes.get(*ix as usize)?, to)),
            What::Writer(name, _) => Some(Action::Run(Act::ClientMove { client: name.clone(), to: to.name.clone() })),
        }
    }
    /// The line to the pointer, the node under it, and what letting go would do.
    pub(super) fn draw(&self, plan: &Plan, views: &Views, size: Size, t: &'static Strings) -> Html {
        let name = |ix: NodeIx| views.nodes.get(ix as usize).map_or("", |node| node.name.as_str());
        let said = self.over.map(|over| match &self.what {
            What::Node(ix) => (t.topology.will_follow)(name(*ix), name(over)),
            What::Writer(writer, _) => (t.topology.will_write)(writer, name(over)),
        });
        let words = said.map(|words| {
            let wide = sans_width(&words, 13.0) + 16.0;
            (words, wide)
        });
        let (x, y) = self.at;
        let outline = self.over.and_then(|over| area_of(plan, over));
        html! {
            <g class="dragged" aria-hidden="true">
                if let Some(a) = outline { <rect x={n(a.x - 1.0)} y={n(a.y - 1.0)} width={n(a.w + 2.0)} height={n(a.h + 2.0)} rx="8" class="fn si" stroke-width="2.5" /> }
                <path d={format!("M{} {}L{} {}", n(self.from.0), n(self.from.1), n(x), n(y))} class="si w15 fn d2" />
                <circle cx={n(x)} cy={n(y)} r="4" class="fi" />
                if let Some((words, w)) = words {
                    <rect x={n((x + 12.0).min(size.w - w - 4.0).max(2.0))} y={n((y - 27.0).max(2.0))} width={n(w)} height="20" rx="4" class="fp si" />
                    <text x={n((x + 20.0).min(size.w - w + 4.0).max(10.0))} y={n((y - 13.0).max(16.0))} class="b">{ words }</text>
                }
            </g>
        }
    }
}

/// The box of a node.
fn area_of(plan: &Plan, ix: NodeIx) -> Option<Area> {
    if ix == plan.top {
        return Some(plan.frame);
    }
    let card = plan.cards.iter().find(|card| card.ix == ix).map(|card| card.area);
    card.or_else(|| plan.tiles.iter().find(|tile| tile.ix == ix).map(|tile| tile.area))
}

//! Groups and replicas that are too many to stand in full: small boxes that say whether all is well there.

use super::layout::Tile;
use crate::action::{Action, Selection};
use crate::draw::replicas::{is_down, parent};
use crate::draw::selecting::selecting;
use crate::draw::{clip_sans, n, sans_width};
use crate::i18n::Strings;
use resync_core::fact::SessionState;
use resync_core::view::{NodeIx, NodeView, Process};
use resync_js::views::Views;
use std::collections::BTreeMap;
use yew::{Callback, Html, classes, html};

/// A replica that has not acknowledged for so many seconds is not in step.
const LAG_MOST: i64 = 10;
/// Beyond so many tiles none of them is a stop of the Tab key.
const STOPS_MOST: usize = 60;

/// Which nodes are not well, and how many of each group.
pub(super) struct Health {
    ill: Vec<bool>,
    groups: BTreeMap<NodeIx, usize>,
    /// Tiles in all.
    count: usize,
    /// Bytes at the beginning that the names of all tiles have in common.
    common: usize,
}

impl Health {
    /// Asked once for each drawing.
    pub(super) fn of(views: &Views, tiles: &[Tile]) -> Health {
        let parents: Vec<Option<NodeIx>> = views.nodes().map(|node| parent(views, node)).collect();
        let ill: Vec<bool> = views.nodes().zip(&parents).map(|(node, parent)| is_ill(views, node, *parent)).collect();
        let mut groups = BTreeMap::new();
        for (ix, _) in ill.iter().enumerate().filter(|(_, ill)| **ill) {
            let mut root = ix as NodeIx;
            for _ in 0..parents.len() {
                match parents.get(root as usize).copied().flatten() {
                    Some(above) => root = above,
                    None => break,
                }
            }
            *groups.entry(root).or_default() += 1;
        }
        let names: Vec<&str> = tiles.iter().map(|tile| views.name(tile.ix)).collect();
        Health { ill, groups, count: tiles.len(), common: common(&names) }
    }
    fn of_tile(&self, tile: &Tile) -> usize {
        if tile.nodes > 1 {
            self.groups.get(&tile.ix).copied().unwrap_or(0)
        } else {
            usize::from(self.ill.get(tile.ix as usize) == Some(&true))
        }
    }
}

/// How many bytes all names begin with; a number is never torn.
fn common(names: &[&str]) -> usize {
    let Some((first, others)) = names.split_first().filter(|(_, others)| !others.is_empty()) else { return 0 };
    let alike = |other: &&str| first.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let all = others.iter().map(alike).min().unwrap_or(0);
    let prefix = &first.as_bytes()[..all];
    prefix.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1)
}

fn is_ill(views: &Views, node: &NodeView, parent: Option<NodeIx>) -> bool {
    if node.process != Process::Up && node.process != Process::Busy {
        return true;
    }
    let Some(master) = parent.and_then(|ix| views.nodes.get(ix as usize)) else { return false };
    let session = master.replicas.iter().find(|session| session.node == Some(node.ix));
    !session.is_some_and(|session| session.state == SessionState::Online && session.lag <= LAG_MOST)
}

/// A tile.
pub(super) fn tile(tile: &Tile, views: &Views, health: &Health, selected: bool, t: &'static Strings, on: &Callback<Action>) -> Html {
    let Some(node) = views.nodes.get(tile.ix as usize) else { return Html::default() };
    let ill = health.of_tile(tile);
    let (onclick, onkeydown) = selecting(on, Selection::Node(tile.ix));
    let a = tile.area;
    let named = a.w >= 34.0 && a.h >= 15.0;
    let cross = (a.w.min(a.h) * 0.24).clamp(1.0, 4.5);
    let (cx, cy) = if named { (a.x + a.w - 9.0, a.y + a.h * 0.5) } else { (a.x + a.w * 0.5, a.y + a.h * 0.5) };
    let room = a.w - if ill > 0 { 22.0 } else { 8.0 };
    // Where a name does not fit, what it has in common with all others goes first.
    let name = match node.name.get(health.common..) {
        Some(own) if sans_width(&node.name, 12.0) > room && !own.is_empty() => clip_sans(own, room, 12.0),
        _ => clip_sans(&node.name, room, 12.0),
    };
    html! {
        <g key={tile.ix} class={classes!("tile", "node", selected.then_some("sel"), (ill > 0).then_some("ill"), is_down(node).then_some("down"))} role="button"
            tabindex={if health.count <= STOPS_MOST { "0" } else { "-1" }} aria-pressed={selected.to_string()} aria-label={(t.topology.group)(&node.name, tile.nodes - 1, ill)}
            data-node={tile.ix.to_string()} {onclick} {onkeydown}>
            <rect x={n(a.x)} y={n(a.y)} width={n(a.w)} height={n(a.h)} rx={n((a.h * 0.2).min(4.0))} class="plate" />
            if named { <text x={n(a.x + 5.0)} y={n(a.y + a.h * 0.5 + 4.0)}>{ name }</text> }
            if ill > 0 { <path d={format!("M{0} {1}L{2} {3}M{0} {3}L{2} {1}", n(cx - cross), n(cy - cross), n(cx + cross), n(cy + cross))} class="cross fn" /> }
            if !named { <title>{ node.name.clone() }</title> }
        </g>
    }
}

/// The words over the tiles of groups.
pub(super) fn words(tiles: &[Tile], health: &Health, place: (f64, f64), t: &'static Strings) -> Html {
    let ill = tiles.iter().filter(|tile| health.of_tile(tile) > 0).count();
    html! { <text x={n(place.0)} y={n(place.1)} class={if ill > 0 { "xf b" } else { "mu" }}>{ (t.topology.groups)(tiles.len(), ill) }</text> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_beginning_in_common_but_no_part_of_a_number() {
        assert_eq!(common(&["master-12", "master-13", "master-140"]), 7);
        assert_eq!(common(&["a1", "b1"]), 0);
        assert_eq!(common(&["alone"]), 0);
        assert_eq!(common(&["12", "13"]), 0);
    }
}

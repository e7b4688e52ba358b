//! Sentinels on the stage: a row of small cards under the nodes, thin lines to whom they talk to, and the lanes of their messages.

use super::layout::Plan;
use super::packets::Lane;
use crate::draw::backlog::Area;
use crate::draw::{Size, clip_sans, hue_of, n, sans_width};
use crate::i18n::Strings;
use resync_core::view::{LinkState, NodeIx, Sees, SentinelView, WayView};
use resync_js::views::Views;
use yew::{Html, classes, html};

/// Height of the row.
const ROW: f64 = 58.0;
/// Height of a card in it.
const CARD: f64 = 36.0;
/// A card is at most so wide.
const WIDEST: f64 = 220.0;
/// Between two of them.
const GAP: f64 = 14.0;
/// How far beside a lane its words may stand.
const BESIDE: f64 = 130.0;
/// How far below the cards those that are no neighbours are joined.
const BELOW: f64 = 3.0;

/// The height that the row takes of the figure: none where there are no sentinels.
#[must_use]
pub(super) fn height(views: &Views) -> f64 {
    if views.sentinels.is_empty() { 0.0 } else { ROW }
}

/// The card of the `ix`th.
fn card(views: &Views, size: Size, ix: u32) -> Area {
    let count = views.sentinels.len().max(1) as f64;
    let w = ((size.w - 24.0 - (count - 1.0) * GAP) / count).min(WIDEST);
    let from = (size.w - count * w - (count - 1.0) * GAP) * 0.5;
    Area { x: from + f64::from(ix) * (w + GAP), y: size.h - CARD - 6.0, w, h: CARD }
}
/// A node's box on the stage.
fn node_box(plan: &Plan, ix: NodeIx) -> Option<Area> {
    if plan.top == ix { Some(plan.frame) } else { plan.cards.iter().find(|card| card.ix == ix).map(|card| card.area) }
}

/// Both ends of a sentinel's way: the other one's first, then its own.
fn ends(views: &Views, plan: &Plan, size: Size, one: &SentinelView, way: &WayView) -> Option<((f64, f64), (f64, f64))> {
    let own = card(views, size, one.ix);
    if let Some(node) = way.node_ix {
        let area = node_box(plan, node)?;
        let count = views.sentinels.len().max(1) as f64;
        // Each comes to a place of its own along the lower edge.
        let share = (f64::from(one.ix) + 1.0) / (count + 1.0);
        let from = area.x + area.w * share;
        return Some(((from, area.y + area.h), (own.x + own.w * 0.5, own.y)));
    }
    let other = card(views, size, way.sentinel_ix?);
    // Neighbours are joined side by side, others below their cards.
    let near = way.sentinel_ix == Some(one.ix + 1);
    let y = if near { own.y + own.h * 0.5 } else { own.y + own.h + BELOW };
    let inset = if near { 0.0 } else { 24.0 };
    Some(((other.x + inset, y), (own.x + own.w - inset, y)))
}

/// Lines to whom they talk to, under everything else.
pub(super) fn lines(views: &Views, plan: &Plan, size: Size) -> Html {
    let of = |one: &SentinelView| {
        let line = |way: &WayView| {
            let ((x0, y0), (x1, y1)) = ends(views, plan, size, one, way)?;
            let broken = way.state != LinkState::Up;
            // What runs below the cards stands on feet, so that it is seen whose it is.
            let below = card(views, size, one.ix);
            let foot = if y0 > below.y + below.h { BELOW } else { 0.0 };
            let d = if foot > 0.0 {
                format!("M{} {}V{}H{}V{}", n(x0), n(y0 - foot), n(y0), n(x1), n(y1 - foot))
            } else {
                format!("M{} {}L{} {}", n(x0), n(y0), n(x1), n(y1))
            };
            Some(html! { <path {d} class={classes!("way", broken.then_some("ill"))} /> })
        };
        one.ways.iter().filter_map(line).collect::<Vec<_>>()
    };
    views.sentinels.iter().flat_map(of).collect()
}

/// The lanes of their messages: up leads to the other end.
pub(super) fn lanes(views: &Views, plan: &Plan, size: Size) -> Vec<Lane> {
    let mut all = Vec::new();
    for one in views.sentinels.iter() {
        for way in &one.ways {
            let Some(((x0, y0), (x1, y1))) = ends(views, plan, size, one, way) else { continue };
            let lane = |up: bool| {
                let ((start, from), (end, to)) = if up { ((x1, y1), (x0, y0)) } else { ((x0, y0), (x1, y1)) };
                Lane {
                    link: way.link,
                    up,
                    second: None,
                    start,
                    end,
                    y: from,
                    label: None,
                    inline: None,
                    before: 0.0,
                    reserved: 0.0,
                    slopes: Some(((x0.min(x1) - BESIDE).max(2.0), (x0.max(x1) + BESIDE).min(size.w - 2.0))),
                    rise: to - from,
                    hue: hue_of(0),
                    filled: false,
                }
            };
            all.extend([lane(false), lane(true)]);
        }
    }
    all
}

/// The cards.
pub(super) fn cards(views: &Views, size: Size, t: &'static Strings) -> Html {
    let words = &t.topology;
    let name = |ix: Option<NodeIx>| ix.map_or_else(String::new, |ix| views.name(ix).to_owned());
    let of = |one: &SentinelView| {
        let area = card(views, size, one.ix);
        let master = name(one.master_ix);
        let (state, brief, grave) = match one.sees {
            Sees::Up => ((words.sees_up)(&master), words.sees.up, false),
            Sees::Down => ((words.sees_down)(&master), words.sees.down, true),
            Sees::Agreed => ((words.agreed_down)(&master), words.sees.agreed, true),
            Sees::Asks => (words.asks_votes.to_owned(), words.sees.asks, true),
            Sees::FailsOver => (words.fails_over.to_owned(), words.sees.fails_over, true),
        };
        let voted = one.voted_ix.and_then(|ix| views.sentinels.get(ix as usize)).map(|other| (words.voted)(&other.name));
        let epoch = (words.epoch)(one.epoch);
        let (x, y, room) = (area.x + 8.0, area.y, area.w - 16.0);
        let name_w = sans_width(&one.name, 12.0) + 10.0;
        // A narrow card says the same in a word, and of a vote whose it is.
        let fits = |text: &str, room: f64| sans_width(text, 12.0) <= room;
        let beside = voted.clone().unwrap_or_else(|| epoch.clone());
        let beside = match one.voted_ix.and_then(|ix| views.sentinels.get(ix as usize)) {
            Some(other) if !fits(&beside, room - name_w) => format!("→ {}", other.name),
            _ => beside,
        };
        let beside = clip_sans(&beside, room - name_w, 12.0);
        let label = format!("{}, {state}, {}", one.name, [Some(epoch.clone()), voted].into_iter().flatten().collect::<Vec<_>>().join(", "));
        html! {
            <g class={classes!("sentinel", grave.then_some("ill"))} role="img" aria-label={label} data-sentinel={one.name.clone()}>
                <rect x={n(area.x)} y={n(y)} width={n(area.w)} height={n(area.h)} rx="6" class="box" />
                <text x={n(x)} y={n(y + 14.0)} class="b">{ clip_sans(&one.name, room, 12.0) }</text>
                <text x={n(area.x + area.w - 8.0)} y={n(y + 14.0)} class="e mu">{ beside }</text>
                <text x={n(x)} y={n(y + 29.0)} class={if grave { "xf" } else { "mu" }}>{ if fits(&state, room) { state } else { clip_sans(brief, room, 12.0) } }</text>
            </g>
        }
    };
    views.sentinels.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;
    use crate::panels::stage::layout;
    use crate::panels::stage::packets::PacketPool;
    use crate::panels::stage::{Stage, StageProps};
    use crate::still::markup;
    use resync_js::desk::{Ask, Desk, Turn};
    use resync_js::views::Shared;
    use yew::Callback;

    const SCENE: &str = "seed 3\nera 7.0\ndefault node repl-diskless-sync no\nnode master\nnode replica-1 follows master\nnode replica-2 follows master\n\
                         sentinel s1 s2 s3 watch master quorum 2 down-after 5s\nat 20s crash master\nat 30s cut s1 master\n";

    fn at(ms: u64) -> Views {
        let mut desk = Desk::load(SCENE).expect("a scene");
        assert_eq!(desk.run_mut().seek_some(ms * 1_000, &|| true), Turn::Done);
        desk.views(&Ask { node: 0, chosen: false, link: None, lens: None, packet: None, tab: crate::action::Tab::Guide })
    }
    fn drawn(views: &Views, lang: Lang) -> String {
        markup::<Stage>(StageProps {
            views: Shared::new(views.clone()),
            selection: None,
            pointed: None,
            packet: None,
            hint: "".into(),
            pool: PacketPool::new(),
            t: lang.strings(),
            on: Callback::noop(),
            coach: Html::default(),
            children: Html::default(),
        })
    }

    /// Each card says what its sentinel sees, in each language, and its ways are drawn; where there is none, the stage is as it was.
    #[test]
    fn cards_say_what_each_sentinel_sees() {
        let (before, after) = (at(15_000), at(33_000));
        for (lang, watches, anew) in [(Lang::En, "watches master", "watches replica-"), (Lang::Zh, "监视 master", "监视 replica-")] {
            let html = drawn(&before, lang);
            assert_eq!(
                (html.matches(watches).count(), html.matches("class=\"sentinel\"").count()),
                (6, 3),
                "once to be read, once to be heard"
            );
            // Three to each node, and three between the sentinels.
            assert_eq!(html.matches("class=\"way\"").count(), 12);
            let html = drawn(&after, lang);
            assert_eq!(html.matches(anew).count(), 6, "{html}");
            assert!(html.contains("class=\"way ill\""), "the cut one");
            if let Ok(folder) = std::env::var("RESYNC_LOOK") {
                let _ = std::fs::write(format!("{folder}/sentinels-{}.svg.html", lang.strings().tag), html);
            }
        }
        let none = Views::default();
        assert!(height(&none) < 0.1 && lanes(&none, &layout::plan(&none, Size::new(900.0, 186.0)), Size::new(900.0, 186.0)).is_empty());
    }

    /// Cards lie side by side inside the figure, below everything else, in wide and narrow boxes.
    #[test]
    fn cards_stand_in_a_row_below_the_nodes() {
        let views = at(26_000);
        for size in [Size::new(1068.0, 240.0), Size::new(620.0, 300.0), Size::new(345.0, 330.0)] {
            let plan = layout::plan(&views, Size::new(size.w, size.h - height(&views)));
            let lowest = plan.cards.iter().map(|card| card.area.y + card.area.h).fold(plan.frame.y + plan.frame.h, f64::max);
            let cards: Vec<Area> = (0..3).map(|ix| card(&views, size, ix)).collect();
            assert!(
                cards.iter().all(|card| card.y >= lowest && card.y + card.h <= size.h && card.x >= 0.0 && card.x + card.w <= size.w),
                "{size:?}"
            );
            assert!(cards.windows(2).all(|two| two[0].x + two[0].w < two[1].x));
            // A narrow card says all that a wide one says, in a word.
            let narrow = card(&views, Size::new(345.0, 330.0), 0).w - 16.0;
            for lang in Lang::ALL {
                let sees = &lang.strings().topology.sees;
                for brief in [sees.up, sees.down, sees.agreed, sees.asks, sees.fails_over] {
                    assert!(sans_width(brief, 12.0) <= narrow, "{brief}");
                }
            }
            // Every lane begins at one end of a way and ends at the other.
            let lanes = lanes(&views, &plan, size);
            assert_eq!(lanes.len(), 24);
            assert!(lanes.iter().all(|lane| lane.slopes.is_some_and(|(lo, hi)| lo >= 0.0 && hi <= size.w && hi - lo >= 100.0)));
            assert!(
                lanes.chunks(2).all(|two| (two[0].start - two[1].end).abs() < 1e-9 && (two[0].y + two[0].rise - two[1].y).abs() < 1e-9)
            );
        }
    }
}

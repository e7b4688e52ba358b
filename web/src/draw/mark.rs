//! A replica's marks: hue, glyph and line style, which are the same everywhere and never hue alone.

use super::n;
use resync_core::view::NodeIx;
use yew::{AttrValue, Html, html};

/// The hue and line style of a node: the first replica is 1, solid; the second 2, long dashes; the third 3, dots; the fourth shares the first's hue and
/// has its own glyph. The first node of the scenario is drawn in ink.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hue(u8);

/// Hue of a node. It follows the scenario's order, so that a node keeps its colour through any change of roles.
#[must_use]
pub fn hue_of(ix: NodeIx) -> Hue {
    if ix == 0 { Hue(0) } else { Hue(((ix - 1) % 3) as u8 + 1) }
}

impl Hue {
    /// Fill.
    #[must_use]
    pub const fn fill(self) -> &'static str {
        ["fi", "f1", "f2", "f3"][self.0 as usize]
    }
    /// Stroke.
    #[must_use]
    pub const fn stroke(self) -> &'static str {
        ["si", "s1", "s2", "s3"][self.0 as usize]
    }
    /// Text in SVG.
    #[must_use]
    pub const fn text(self) -> &'static str {
        ["x0", "x1", "x2", "x3"][self.0 as usize]
    }
    /// Text in HTML.
    #[must_use]
    pub const fn word(self) -> &'static str {
        ["c0", "c1", "c2", "c3"][self.0 as usize]
    }
    /// Dashes of its lines.
    #[must_use]
    pub const fn dash(self) -> &'static str {
        ["d1", "d1", "d2", "d3"][self.0 as usize]
    }
    /// Name of its hatch: bytes sent and not received, or missed.
    #[must_use]
    pub const fn hatch(self) -> &'static str {
        ["h0", "h1", "h2", "h3"][self.0 as usize]
    }
}

/// The glyph of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// ⬢: the first node of the scenario.
    Hexagon,
    /// ●
    Disc,
    /// ■
    Square,
    /// ▲
    Up,
    /// ◆
    Diamond,
    /// ▼
    Down,
    /// ⬟
    Pentagon,
}

impl Mark {
    /// Glyph of a node: after the sixth replica they begin again, and the name stands beside them anyway.
    #[must_use]
    pub const fn of(ix: NodeIx) -> Mark {
        if ix == 0 {
            return Mark::Hexagon;
        }
        match (ix - 1) % 6 {
            0 => Mark::Disc,
            1 => Mark::Square,
            2 => Mark::Up,
            3 => Mark::Diamond,
            4 => Mark::Down,
            _ => Mark::Pentagon,
        }
    }
    /// The glyph as a character, for running text.
    #[must_use]
    pub const fn char(self) -> &'static str {
        match self {
            Mark::Hexagon => "⬢",
            Mark::Disc => "●",
            Mark::Square => "■",
            Mark::Up => "▲",
            Mark::Diamond => "◆",
            Mark::Down => "▼",
            Mark::Pentagon => "⬟",
        }
    }
    /// Its outline around a centre, optically as large as a disc of radius `r`.
    #[must_use]
    pub fn path(self, x: f64, y: f64, r: f64) -> String {
        let polygon = |points: &[(f64, f64)]| {
            let mut d = String::new();
            for (i, (dx, dy)) in points.iter().enumerate() {
                d.push(if i == 0 { 'M' } else { 'L' });
                d.push_str(&n(x + dx * r));
                d.push(' ');
                d.push_str(&n(y + dy * r));
            }
            d.push('z');
            d
        };
        match self {
            Mark::Disc => format!("M{} {}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0z", n(x - r), n(y), n(2.0 * r), n(-2.0 * r)),
            Mark::Square => polygon(&[(-0.92, -0.92), (0.92, -0.92), (0.92, 0.92), (-0.92, 0.92)]),
            Mark::Up => polygon(&[(0.0, -1.2), (1.1, 0.85), (-1.1, 0.85)]),
            Mark::Down => polygon(&[(0.0, 1.2), (1.1, -0.85), (-1.1, -0.85)]),
            Mark::Diamond => polygon(&[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)]),
            Mark::Pentagon => polygon(&[(0.0, -1.1), (1.05, -0.34), (0.65, 0.9), (-0.65, 0.9), (-1.05, -0.34)]),
            Mark::Hexagon => polygon(&[(0.0, -1.15), (1.0, -0.58), (1.0, 0.58), (0.0, 1.15), (-1.0, 0.58), (-1.0, -0.58)]),
        }
    }
}

/// A node's filled glyph.
pub fn glyph(ix: NodeIx, x: f64, y: f64, r: f64) -> Html {
    html! { <path class={hue_of(ix).fill()} d={Mark::of(ix).path(x, y, r)} /> }
}

/// A node's glyph and name in running text.
pub fn named(ix: NodeIx, name: &str) -> Html {
    html! { <b class={hue_of(ix).word()}><span aria-hidden="true">{ Mark::of(ix).char() }{ "\u{a0}" }</span>{ AttrValue::from(name.to_owned()) }</b> }
}

/// A node's glyph alone in running text, where the name stands beside it anyway.
pub fn alone(ix: NodeIx) -> Html {
    html! { <span class={hue_of(ix).word()} aria-hidden="true">{ Mark::of(ix).char() }{ "\u{a0}" }</span> }
}

/// Hatches, once for the page: they are paint, and belong to no run and no figure. Filled with `url(#hatch-h2)` and the like:
/// `gone` overwritten, `h1`… sent or missed bytes of a replica, `fault` cut, lost, the runway run out.
pub fn hatches() -> Html {
    let slanted = |name: &str, class: &'static str, turn: &'static str, width: &'static str, step: &'static str| {
        html! {
            <pattern id={format!("hatch-{name}")} width={step} height={step} patternUnits="userSpaceOnUse" patternTransform={turn}>
                <path d="M0 0V6" class={class} stroke-width={width} />
            </pattern>
        }
    };
    // It takes no room and is no `display: none`, in which patterns do not paint.
    html! {
        <svg class="hatches" width="0" height="0" aria-hidden="true"><defs>
            { slanted("gone", "sr", "rotate(45)", "1", "6") }
            { slanted("h0", "si", "rotate(0)", "2", "5") }
            { slanted("h1", "s1", "rotate(-45)", "3", "5") }
            <pattern id="hatch-h2" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="3.4" height="5" class="f2" /></pattern>
            { slanted("h3", "s3", "rotate(45)", "3", "5") }
            { slanted("fault", "sf", "rotate(-45)", "2.6", "5") }
        </defs></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fourth_replica_shares_a_hue_and_has_its_own_glyph() {
        assert_eq!(hue_of(1), hue_of(4));
        assert_ne!(Mark::of(1), Mark::of(4));
        let six: Vec<_> = (1..=6).map(|ix| Mark::of(ix).char()).collect();
        assert_eq!(six, ["●", "■", "▲", "◆", "▼", "⬟"]);
        assert_eq!(hue_of(0).fill(), "fi");
    }

    #[test]
    fn outlines_are_closed() {
        for ix in 0..7 {
            let d = Mark::of(ix).path(10.0, 20.0, 4.5);
            assert!(d.starts_with('M') && d.ends_with('z'), "{d}");
        }
    }
}

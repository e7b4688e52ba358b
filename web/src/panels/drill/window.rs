//! The backlog as the ruler draws it, and two lenses below it, one at each end of what may be asked for: there one byte decides.

use crate::draw::{Size, age_opacity, n, sans_width, use_size};
use crate::drill::Knock;
use crate::format::grouped;
use crate::i18n::drills::Cards;
use crate::i18n::{Strings, drills_of};
use crate::panels::count::rendered;
use yew::{Html, Properties, component, html, use_node_ref};

/// Its height, as the stylesheet has it.
const HEIGHT: f64 = 196.0;
/// Margin at both sides.
const SIDE: f64 = 6.0;
/// Width of what is gone, and of what is not written yet, in the bar.
const BEYOND: f64 = 66.0;
/// Width of a byte in a lens, at most and at least.
const CELL: (f64, f64) = (46.0, 34.0);
/// Bytes of a lens, at most.
const CELLS: usize = 7;
/// Between the lenses: room for words, or none.
const BETWEEN: (f64, f64) = (88.0, 12.0);
/// Slices of the window, oldest to newest.
const SLICES: usize = 28;

/// What the figure shows.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct WindowProps {
    /// The master's side.
    pub knock: Knock,
    /// Whether it is graded: then the asked byte is marked as held or not.
    #[prop_or_default]
    pub held: Option<bool>,
    /// Strings.
    pub t: &'static Strings,
}

/// Where a byte stands.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Place {
    /// In a lens, by its left edge.
    Lens(f64),
    /// In the bar.
    Bar(f64),
}

/// A lens: its first byte, where it begins, and how many bytes it shows.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Lens {
    first: i64,
    x: f64,
    cells: usize,
    cell: f64,
}
impl Lens {
    fn end(&self) -> f64 {
        self.x + self.cells as f64 * self.cell
    }
    /// The left edge of a byte, if it is in here.
    fn at(&self, byte: i64) -> Option<f64> {
        let place = usize::try_from(byte - self.first).ok().filter(|place| *place < self.cells)?;
        Some(self.x + place as f64 * self.cell)
    }
}

/// The geometry.
#[derive(Clone, PartialEq, Debug)]
struct Layout {
    w: f64,
    /// The bar's window.
    from: f64,
    to: f64,
    /// The oldest byte held, the last that may be asked for less one, and the head.
    first: i64,
    last: i64,
    head: i64,
    lenses: [Lens; 2],
    wide: bool,
}

impl Layout {
    fn new(knock: &Knock, w: f64) -> Layout {
        // Under a second id the window ends where the histories part.
        let second = knock.second.as_ref().filter(|(id, _)| *id == knock.asked_id);
        let last = second.map_or(knock.head, |(_, up_to)| (*up_to - 1).min(knock.head));
        let wide = w > 560.0;
        let between = if wide { BETWEEN.0 } else { BETWEEN.1 };
        let room = (w - 2.0 * SIDE - between) / 2.0;
        let cells = ((room / CELL.1) as usize).clamp(3, CELLS);
        let cell = (room / cells as f64).min(CELL.0);
        let old = Lens { first: knock.first - (cells as i64 + 1) / 2, x: SIDE, cells, cell };
        let new = Lens { first: last - (cells as i64 - 1) / 2, x: w - SIDE - cells as f64 * cell, cells, cell };
        Layout { w, from: SIDE + BEYOND, to: w - SIDE - BEYOND, first: knock.first, last, head: knock.head, lenses: [old, new], wide }
    }
    /// Where a byte stands in the bar.
    fn bar(&self, byte: i64) -> f64 {
        if byte < self.first {
            return self.from - BEYOND / 2.0;
        }
        if byte > self.head {
            return self.to + BEYOND / 2.0;
        }
        let share = (byte - self.first) as f64 / (self.head - self.first).max(1) as f64;
        self.from + share * (self.to - self.from)
    }
    fn place(&self, byte: i64) -> Place {
        self.lenses.iter().find_map(|lens| lens.at(byte)).map_or_else(|| Place::Bar(self.bar(byte)), Place::Lens)
    }
}

/// The figure.
#[component]
pub(super) fn Window(props: &WindowProps) -> Html {
    rendered();
    let t = &drills_of(props.t).cards;
    let frame = use_node_ref();
    let size = use_size(&frame, Size::new(700.0, HEIGHT));
    let knock = &props.knock;
    let layout = Layout::new(knock, size.w);
    let said = (t.window)(&grouped(knock.first), &grouped(knock.head), &grouped(knock.asked));
    html! {
        <div class="figure window" ref={frame}>
            <svg viewBox={Size::new(size.w, HEIGHT).view_box()} role="img" aria-label={said}>
                { bar(&layout, t) }
                { for [(0, layout.from), (1, layout.bar(layout.last))].into_iter().map(|(at, x)| beam(&layout.lenses[at], x)) }
                { for [0, 1].into_iter().map(|at| lens(&layout, at, knock.asked, t)) }
                if layout.wide { { between(&layout, t) } }
                { asked(&layout, knock, props.held, t) }
            </svg>
        </div>
    }
}

fn bar(layout: &Layout, t: &Cards) -> Html {
    let (from, to) = (layout.from, layout.to);
    let step = (to - from) / SLICES as f64;
    let slice = |at: usize| {
        let opacity = age_opacity(at as f64 / (SLICES - 1) as f64);
        let hundredths = ((opacity * 100.0) as u32).to_string();
        html! { <rect key={at} x={n(from + at as f64 * step)} y="24" width={n(step + 0.4)} height="26" class="fnew" opacity={format!("0.{hundredths:0>2}")} /> }
    };
    let held = (t.held)(&grouped(layout.head - layout.first + 1));
    let first = format!("{} {}", t.first, grouped(layout.first));
    let head = format!("{} {}", t.head, grouped(layout.head));
    let both = sans_width(&first, 12.0) + sans_width(&head, 12.0) + 24.0 < to - from;
    html! {
        <>
            <rect x={n(SIDE)} y="24" width={n(BEYOND)} height="26" class="fwash" />
            <rect x={n(SIDE)} y="24" width={n(BEYOND)} height="26" fill="url(#hatch-gone)" opacity=".75" />
            { for (0..SLICES).map(slice) }
            <rect x={n(to)} y="24.5" width={n(BEYOND)} height="25" class="fn sr w1 d3" />
            <path d={format!("M{} 18V58M{} 18V58", n(from), n(to))} class="si w15 fn" />
            <text x={n(from - 6.0)} y="14" class="mu e">{ t.gone }</text>
            <text x={n(to + 6.0)} y="14" class="mu">{ t.next }</text>
            if both {
                <text x={n(from + 6.0)} y="14">{ format!("{} ", t.first) }<tspan class="m b">{ grouped(layout.first) }</tspan></text>
                <text x={n(to - 6.0)} y="14" class="e">{ format!("{} ", t.head) }<tspan class="m b">{ grouped(layout.head) }</tspan></text>
            } else {
                <text x={n(from + 4.0)} y="14" class="m b">{ grouped(layout.first) }</text>
                <text x={n(to - 4.0)} y="14" class="m b e">{ grouped(layout.head) }</text>
            }
            if sans_width(&held, 12.0) + 20.0 < to - from { <text x={n((from + to) / 2.0)} y="41" class="c halo">{ held }</text> }
        </>
    }
}

/// From the bar down to a lens.
fn beam(lens: &Lens, x: f64) -> Html {
    html! { <path d={format!("M{} 58L{} 108H{}L{} 58z", n(x - 4.0), n(lens.x), n(lens.end()), n(x + 4.0))} class="fwash" /> }
}

fn lens(layout: &Layout, at: usize, asked: i64, t: &Cards) -> Html {
    let lens = layout.lenses[at];
    let cell = |place: usize| {
        let byte = lens.first + place as i64;
        let (x, w) = (lens.x + place as f64 * lens.cell, lens.cell - 1.0);
        if byte < layout.first {
            html! { <g key={place}><rect x={n(x)} y="112" width={n(w)} height="30" class="fwash" /><rect x={n(x)} y="112" width={n(w)} height="30" fill="url(#hatch-gone)" /></g> }
        } else if byte > layout.head {
            html! { <rect key={place} x={n(x + 0.5)} y="112.5" width={n(w - 1.0)} height="29" class="fn sr w1 d3" /> }
        } else if byte > layout.last {
            // Written, but by another history than the one that is asked for.
            html! { <g key={place}><rect x={n(x)} y="112" width={n(w)} height="30" class="fwin" /><rect x={n(x)} y="112" width={n(w)} height="30" fill="url(#hatch-fault)" opacity=".5" /></g> }
        } else {
            html! { <rect key={place} x={n(x)} y="112" width={n(w)} height="30" class="fwin" /> }
        }
    };
    // The border, with the byte at each side of it.
    let (edge, words) = if at == 0 {
        (layout.first, t.from_here)
    } else {
        (layout.last + 1, if layout.last < layout.head { t.shared_up_to } else { t.up_to_here })
    };
    let x = lens.at(edge).unwrap_or(lens.x);
    // Words give way where the asked byte says its own.
    let free = layout.wide && lens.at(asked).is_none_or(|_| (asked < edge) == (at == 0));
    html! {
        <>
            { for (0..lens.cells).map(cell) }
            <path d={format!("M{} 108V146", n(x - 0.5))} class="si w2 fn" />
            <text x={n(x - 5.0)} y="158" class="m e">{ grouped(edge - 1) }</text>
            <text x={n(x + 5.0)} y="158" class="m">{ grouped(edge) }</text>
            if free {
                if at == 0 { <text x={n(x + 4.0)} y="188" class="mu">{ words }</text> } else { <text x={n(x - 4.0)} y="188" class="mu e">{ words }</text> }
            }
        </>
    }
}

/// Words between the lenses, in one line or two.
fn between(layout: &Layout, t: &Cards) -> Html {
    let x = (layout.lenses[0].end() + layout.lenses[1].x) / 2.0;
    let room = layout.lenses[1].x - layout.lenses[0].end() - 8.0;
    let half =
        t.magnified.char_indices().filter(|(_, c)| *c == ' ').map(|(at, _)| at).find(|at| sans_width(&t.magnified[*at..], 11.0) < room);
    if sans_width(t.magnified, 11.0) < room {
        return html! { <text x={n(x)} y="131" class="mu c t11">{ t.magnified }</text> };
    }
    match half {
        Some(at) if sans_width(&t.magnified[..at], 11.0) < room => html! {
            <>
                <text x={n(x)} y="124" class="mu c t11">{ &t.magnified[..at] }</text>
                <text x={n(x)} y="138" class="mu c t11">{ t.magnified[at..].trim_start() }</text>
            </>
        },
        _ => Html::default(),
    }
}

/// The byte that is asked for.
fn asked(layout: &Layout, knock: &Knock, held: Option<bool>, t: &Cards) -> Html {
    if knock.asked < 0 {
        return Html::default();
    }
    let (stroke, fill, text) = match held {
        Some(false) => ("sf", "ff", "xf"),
        Some(true) => ("s2", "f2", "x2"),
        None => ("s1", "f1", "x1"),
    };
    match layout.place(knock.asked) {
        Place::Lens(x) => {
            let middle = x + layout.lenses[0].cell / 2.0;
            html! {
                <>
                    <rect x={n(x - 1.0)} y="111" width={n(layout.lenses[0].cell + 1.0)} height="32" class={format!("fn {stroke} w2")} />
                    <path d={format!("M{} 174h12l-6 -8z", n(middle - 6.0))} class={fill} />
                    <text x={n(middle)} y="188" class={format!("c b halo {text}")}>{ t.asked }</text>
                </>
            }
        }
        Place::Bar(x) => {
            let words = format!("{} {}", t.asked, grouped(knock.asked));
            let half = sans_width(&words, 12.0) / 2.0;
            let at = crate::draw::between(x, SIDE + half, layout.w - SIDE - half);
            html! {
                <>
                    <path d={format!("M{} 64h12l-6 -8zM{} 24V50", n(x - 6.0), n(x))} class={format!("{fill} {stroke} w15")} />
                    <text x={n(at)} y="78" class={format!("c b halo {text}")}>{ words }</text>
                </>
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knock(asked: i64) -> Knock {
        Knock {
            my_id: "a".repeat(40),
            second: None,
            knows_second: true,
            link_up: None,
            loading: false,
            password: None,
            size: 16_384,
            first: 13_657,
            histlen: 16_384,
            head: 30_040,
            asked_id: "a".repeat(40),
            asked,
            reply: String::new(),
            bytes: None,
            reason: "",
            log: Vec::new(),
        }
    }

    #[test]
    fn both_ends_and_one_byte_beyond_them_stand_in_a_lens() {
        for w in [300.0, 360.0, 560.0, 700.0, 1_000.0] {
            let layout = Layout::new(&knock(0), w);
            for byte in [13_656, 13_657, 30_040, 30_041, 30_042] {
                assert!(matches!(layout.place(byte), Place::Lens(x) if x >= SIDE && x < w), "{byte} in {w}");
            }
            let Place::Bar(x) = layout.place(20_000) else { panic!("the middle is in no lens") };
            assert!(x > layout.from && x < layout.to);
            assert!(
                matches!(layout.place(5), Place::Bar(x) if x < layout.from)
                    && matches!(layout.place(90_000), Place::Bar(x) if x > layout.to)
            );
            assert!(layout.lenses[0].end() <= layout.lenses[1].x, "{w}: they do not overlap");
        }
    }

    #[test]
    fn under_a_second_id_the_window_ends_where_the_histories_part() {
        let second = Knock { second: Some(("b".repeat(40), 20_000)), asked_id: "b".repeat(40), ..knock(20_001) };
        let layout = Layout::new(&second, 700.0);
        assert!(matches!(layout.place(20_000), Place::Lens(_)) && matches!(layout.place(20_001), Place::Lens(_)));
        assert_eq!(layout.lenses[1].at(layout.last + 1).map(|x| x > layout.lenses[1].x), Some(true));
        let mine = Layout::new(&Knock { asked_id: "a".repeat(40), ..second }, 700.0);
        assert_eq!(mine.last, 30_040, "under the own id it ends with the head");
    }
}

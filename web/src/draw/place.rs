//! How wide words are, where labels go, and which of them give way.
//!
//! Text cannot be measured before it is drawn, and a figure must not change after that: so widths are estimated from above, by the widest
//! fallback fonts (DejaVu Sans, DejaVu Sans Mono), and figures never depend on more than that.

/// No text of a figure is smaller than this, so that it is 12 px at 1 440 and 11 px at 1 280: who asks for less gets this.
pub const SMALLEST: f64 = 12.0;

/// Width of monospaced text at `px`; characters of CJK take two cells.
#[must_use]
pub fn mono_width(text: &str, px: f64) -> f64 {
    let px = px.max(SMALLEST);
    text.chars().map(|c| if is_wide(c) { 1.0 } else { 0.605 }).sum::<f64>() * px
}

/// Width of proportional text at `px`.
#[must_use]
pub fn sans_width(text: &str, px: f64) -> f64 {
    let px = px.max(SMALLEST);
    text.chars()
        .map(|c| match c {
            c if is_wide(c) => 1.0,
            '\u{202f}' | '\u{2009}' => 0.22,
            ' ' | '.' | ',' | ':' | ';' | 'i' | 'l' | 'j' | '\'' | '|' | '!' => 0.33,
            't' | 'f' | 'r' | '-' | '(' | ')' => 0.42,
            'm' | 'w' | 'M' | 'W' | '−' | '+' | '=' | '≤' => 0.86,
            c if c.is_ascii_uppercase() => 0.7,
            _ => 0.6,
        })
        .sum::<f64>()
        * px
}

fn is_wide(c: char) -> bool {
    matches!(c as u32, 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6)
}

/// Monospaced text held to `width` at `px`, its end replaced by `…`; empty if not even four characters fit.
#[must_use]
pub fn clip(text: &str, width: f64, px: f64) -> String {
    let px = px.max(SMALLEST);
    if mono_width(text, px) <= width {
        return text.to_owned();
    }
    let mut used = 0.605 * px;
    let mut kept = 0;
    let mut out = String::new();
    for c in text.chars() {
        let w = if is_wide(c) { px } else { 0.605 * px };
        if used + w > width {
            break;
        }
        used += w;
        kept += 1;
        out.push(c);
    }
    if kept < 3 {
        return String::new();
    }
    out.push('…');
    out
}

/// Proportional text held to `width` at `px`, its end replaced by `…`.
#[must_use]
pub fn clip_sans(text: &str, width: f64, px: f64) -> String {
    let px = px.max(SMALLEST);
    if sans_width(text, px) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        if sans_width(&out, px) + 0.8 * px > width {
            out.pop();
            break;
        }
    }
    out.push('…');
    out
}

/// A name held to `width` at `px`: its beginning gives way, for names that are many differ at their ends (`…-12`).
#[must_use]
pub fn clip_name(name: &str, width: f64, px: f64) -> String {
    if sans_width(name, px) <= width {
        return name.to_owned();
    }
    let from = name.char_indices().map(|(at, _)| at).find(|at| sans_width(&name[*at..], px) + 0.8 * px <= width);
    from.map_or_else(String::new, |at| format!("…{}", &name[at..]))
}

/// Moves labels apart along one axis: each keeps its order and comes as near to where it wants to be as `gap` allows, within `lo..=hi`.
/// `wanted` need not be sorted; the result is in the same order as the input.
#[must_use]
pub fn spread(wanted: &[f64], gap: f64, lo: f64, hi: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    resync_core::order::sort_by(&mut order, |a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed = vec![0.0; wanted.len()];
    let mut floor = lo;
    for i in &order {
        placed[*i] = super::between(wanted[*i], lo, hi).max(floor);
        floor = placed[*i] + gap;
    }
    let mut ceiling = hi;
    for i in order.iter().rev() {
        placed[*i] = placed[*i].min(ceiling);
        ceiling = placed[*i] - gap;
    }
    placed
}

/// Intervals already taken on a line of labels.
#[derive(Default, Debug)]
pub struct Taken(Vec<(f64, f64)>);

impl Taken {
    /// Takes `from..to` if it is free.
    pub fn take(&mut self, from: f64, to: f64) -> bool {
        let free = self.0.iter().all(|(a, b)| to <= *a || from >= *b);
        if free {
            self.0.push((from, to));
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_keeps_what_fits() {
        assert_eq!(clip("SET key:76", 200.0, 12.0), "SET key:76");
        let short = clip("SET key:76 with a long value", 80.0, 12.0);
        assert!(short.ends_with('…') && mono_width(&short, 12.0) <= 80.0, "{short}");
        assert_eq!(clip("SET key:76", 12.0, 12.0), "");
    }

    #[test]
    fn names_are_clipped_by_their_own_font() {
        assert_eq!(clip_sans("replica-12", 100.0, 13.0), "replica-12");
        let short = clip_sans("a-replica-with-a-long-name", 80.0, 13.0);
        assert!(short.ends_with('…') && sans_width(&short, 13.0) <= 92.0 && short.len() > 6, "{short}");
    }

    #[test]
    fn a_name_keeps_its_end() {
        assert_eq!(clip_name("replica-12", 100.0, 12.0), "replica-12");
        let short = clip_name("replica-12", 50.0, 12.0);
        assert!(short.starts_with('…') && short.ends_with("-12") && sans_width(&short, 12.0) <= 55.0, "{short}");
        assert_eq!(clip_name("replica-12", 4.0, 12.0), "");
    }

    #[test]
    fn wide_characters_take_two_cells() {
        assert!(mono_width("主从", 12.0) > mono_width("ab", 12.0) * 1.6);
        assert!(sans_width("主节点", 12.0) >= 30.0);
    }

    #[test]
    fn labels_move_apart_and_stay_inside() {
        let y = spread(&[186.0, 170.0, 185.0], 13.0, 100.0, 190.0);
        assert!((y[0] - 190.0).abs() < 1e-9, "{y:?}");
        let mut sorted = y.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|w| w[1] - w[0] >= 13.0 - 1e-9), "{y:?}");
        assert!(y[1] < y[2] && y[2] < y[0], "order is kept: {y:?}");
        assert_eq!(spread(&[], 10.0, 0.0, 1.0), Vec::<f64>::new());
    }

    #[test]
    fn a_taken_place_is_refused() {
        let mut t = Taken::default();
        assert!(t.take(0.0, 10.0) && t.take(10.0, 20.0));
        assert!(!t.take(5.0, 12.0) && t.take(20.0, 21.0));
    }
}

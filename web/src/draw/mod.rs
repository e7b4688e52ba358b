//! What the figures share: scales and ticks, widths of words, marks of replicas, and the measured box that a figure is laid out to.
//!
//! A figure is drawn in units of 1/13 of the root font size: at the base size of 13 px a unit is a pixel, in presenter mode everything grows with the
//! text. So text scales with the reader's choice and never with the box. The geometry here is plain functions, tested natively.

pub mod backlog;
pub mod mark;
pub mod maths;
pub mod place;
pub mod pointer;
pub mod replicas;
pub mod scale;
pub mod selecting;
pub mod shape;
pub mod size;

pub use mark::{Hue, Mark, hue_of};
pub use place::{clip, clip_name, clip_sans, mono_width, sans_width};
pub use scale::Scale;
pub use shape::Shape;
pub use size::{Size, use_size};

use crate::action::{Action, Selection};
use crate::i18n::Strings;
use resync_js::views::{Shared, Views};
use yew::{Callback, Properties};

/// What every figure is a pure function of.
#[derive(Clone, PartialEq, Properties)]
pub struct FigureProps {
    /// Everything on the screen but the packets.
    pub views: Shared<Views>,
    /// The selected node or link.
    #[prop_or_default]
    pub selection: Option<Selection>,
    /// The pointed byte of the stream.
    #[prop_or_default]
    pub pointed: Option<i64>,
    /// The pointed moment, µs.
    #[prop_or_default]
    pub moment: Option<u64>,
    /// A lesson speaks of that moment: what stands around it steps back.
    #[prop_or_default]
    pub lit: bool,
    /// The strings of the page's language.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}

/// A coordinate as an attribute: one decimal, no exponent, no negative zero.
#[must_use]
pub fn n(x: f64) -> String {
    let tenths = (x * 10.0).round() as i64;
    if tenths % 10 == 0 {
        (tenths / 10).to_string()
    } else {
        format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
    }
}

/// A place held between two others; the lower one where a figure is too small for both, which no box may be an error for.
#[must_use]
pub fn between(x: f64, lo: f64, hi: f64) -> f64 {
    x.min(hi).max(lo)
}

/// Opacity of a byte in the backlog by its age: 0 is the oldest held, 1 the newest (the ramp of ruler and ring).
#[must_use]
pub fn age_opacity(newness: f64) -> f64 {
    0.14 + 0.72 * maths::powf(newness.clamp(0.0, 1.0), 1.6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        for (x, text) in [(0.0, "0"), (12.0, "12"), (12.34, "12.3"), (-0.04, "0"), (-0.5, "-0.5"), (-3.25, "-3.3"), (1068.96, "1069")] {
            assert_eq!(n(x), text, "{x}");
        }
    }

    #[test]
    fn a_figure_without_room_is_no_error() {
        for (x, lo, hi, is) in [(5.0, 0.0, 9.0, 5.0), (-5.0, 0.0, 9.0, 0.0), (50.0, 0.0, 9.0, 9.0), (70.0, 77.4, 64.0, 77.4)] {
            assert!((between(x, lo, hi) - is).abs() < f64::EPSILON, "{x} between {lo} and {hi}");
        }
    }

    #[test]
    fn newer_is_darker() {
        assert!((age_opacity(0.0) - 0.14).abs() < 1e-9);
        assert!((age_opacity(1.0) - 0.86).abs() < 1e-9);
        let ramp: Vec<f64> = (0..=48).map(|i| age_opacity(f64::from(i) / 48.0)).collect();
        assert!(ramp.windows(2).all(|w| w[0] < w[1]));
    }
}

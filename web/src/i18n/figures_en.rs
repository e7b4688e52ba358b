//! English.

use super::Figures;

pub(super) const FIGURES: Figures = Figures { stage_title: "Stage" };

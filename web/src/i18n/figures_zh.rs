//! 简体中文.

use super::Figures;

pub(super) const FIGURES: Figures = Figures { stage_title: "舞台" };

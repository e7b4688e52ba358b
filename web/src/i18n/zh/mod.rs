//! 简体中文.

mod branches;
pub(crate) mod differs;
mod errors;
pub(crate) mod figures;
pub(crate) mod notes;
pub(crate) mod shell;

use super::strings::Strings;

pub(super) static STRINGS: Strings = Strings {
    tag: "zh-CN",
    name: "中文",
    preferred: &["zh"],
    figures: figures::FIGURES,
    shell: shell::SHELL,
    say: notes::say,
    refusal: errors::refusal,
};

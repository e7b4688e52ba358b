//! 简体中文.

pub(super) mod branches;
pub(super) mod differs;
pub(super) mod figures;
pub(super) mod notes;
pub(super) mod shell;

//! English.

pub(super) mod branches;
pub(super) mod differs;
pub(super) mod figures;
pub(super) mod notes;
pub(super) mod shell;

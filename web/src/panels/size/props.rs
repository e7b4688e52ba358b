//! What every part of the sheet is a function of.

use crate::action::Action;
use crate::i18n::Strings;
use crate::sized::{Sized, Wish};
use std::rc::Rc;
use yew::{Callback, MouseEvent, Properties};

/// What is shown.
#[derive(Clone, PartialEq, Properties)]
pub struct SizeProps {
    /// The form, and the runs.
    pub sized: Rc<Sized>,
    /// Strings.
    pub t: &'static Strings,
    /// Where wishes go.
    pub on: Callback<Action>,
}
impl SizeProps {
    /// Sends a wish.
    pub(super) fn wish(&self, wish: Wish) -> Callback<MouseEvent> {
        self.on.reform(move |_| Action::Size(wish.clone()))
    }
}

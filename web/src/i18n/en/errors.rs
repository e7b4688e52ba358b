//! Why something was not taken, in English: the words that the engine has for native users.

use resync_js::refusal::Refusal;

/// What is wrong and where, without a stop.
pub(super) fn refusal(why: &Refusal) -> String {
    why.to_string()
}

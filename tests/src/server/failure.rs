//! Why a server does not come up.

/// Why the server does not come up.
#[derive(Debug)]
pub(super) struct Failure {
    /// The whole text, with its newlines.
    pub(super) text: String,
    /// The exit code.
    pub(super) code: u8,
    /// Whether it is a line of the log (standard output), rather than of standard error.
    pub(super) log: bool,
}
impl Failure {
    /// A complaint on standard error.
    pub(super) fn new(text: String) -> Failure {
        Failure { text, code: 1, log: false }
    }
}

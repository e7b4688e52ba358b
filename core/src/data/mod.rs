//! Databases and values.

/// All databases of a node.
#[derive(Clone, Debug, Default)]
pub struct Dataset {}

//! What commands do, as values: one table, looked up by name; data commands are functions over the data, server commands a plain enum that the node
//! matches. Propagation, blocking and cost are decided here and acted on by the node.

pub mod directives;
pub mod glob;
pub mod spec;

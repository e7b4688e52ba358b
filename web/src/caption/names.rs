//! What nodes are called, and where a sentence names one.

use resync_core::view::{NodeIx, NodeView};
use resync_js::views::Views;

/// A node's name.
#[must_use]
pub fn name(views: &Views, ix: NodeIx) -> &str {
    views.nodes().find(|n| n.ix == ix).map_or("", |n| n.name.as_str())
}

/// The name of the node that listens at `ip:port` (or `name:port`); the address itself if no node does.
#[must_use]
pub fn by_address(views: &Views, address: &str) -> String {
    let Some((host, port)) = address.rsplit_once(':') else { return address.to_owned() };
    let node = views.nodes().find(|n| (n.ip == host || n.name == host) && n.port.to_string() == port);
    node.map_or_else(|| address.to_owned(), |n| n.name.clone())
}

/// Splits the subject off a sentence, if it begins with a node's name.
#[must_use]
pub fn subject<'a>(views: &Views, text: &'a str) -> (Option<NodeIx>, &'a str, &'a str) {
    let starts = |n: &&NodeView| text.strip_prefix(n.name.as_str()).is_some_and(|rest| rest.starts_with(' '));
    match views.nodes().filter(starts).max_by_key(|n| n.name.len()) {
        Some(node) => (Some(node.ix), &text[..node.name.len()], &text[node.name.len()..]),
        None => (None, "", text),
    }
}

//! Who stands below whom: the tree of the shown stream, and every other one.

use crate::draw::replicas::{link_between, parent, top};
use resync_core::view::NodeIx;
use resync_js::views::Views;
use std::collections::BTreeMap;

/// A node's place in the order of the figure.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Branch {
    pub(super) ix: NodeIx,
    pub(super) depth: usize,
    /// Rows from the top, in leaves: where its middle stands.
    pub(super) middle: f64,
    /// The node that its pipe comes from.
    pub(super) parent: Option<NodeIx>,
    /// Of the root of another tree the leaves that it stands beside: so much height is its own.
    pub(super) root: Option<f64>,
}

/// A master with everything below it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Tree {
    pub(super) root: NodeIx,
    /// Those below it, each node before those below it.
    pub(super) below: Vec<Branch>,
    pub(super) leaves: f64,
}

/// The children of each node, in the scenario's order; roots stand at `None`.
struct Children {
    of: BTreeMap<Option<NodeIx>, Vec<NodeIx>>,
    left: Vec<bool>,
}

impl Children {
    fn take(&mut self, ix: NodeIx) -> bool {
        self.left.get_mut(ix as usize).is_some_and(std::mem::take)
    }
    /// The tree below `of`; returns the leaves that it took. A circle is cut where it comes back to itself.
    fn grow(&mut self, of: NodeIx, depth: usize, from: f64, out: &mut Vec<Branch>) -> f64 {
        let children = self.of.get(&Some(of)).cloned().unwrap_or_default();
        let mut at = from;
        for ix in children {
            if !self.take(ix) {
                continue;
            }
            let place = out.len();
            out.push(Branch { ix, depth, middle: 0.0, parent: Some(of), root: None });
            let leaves = self.grow(ix, depth + 1, at, out).max(1.0);
            out[place].middle = at + leaves * 0.5;
            at += leaves;
        }
        at - from
    }
    fn tree(&mut self, root: NodeIx) -> Tree {
        self.take(root);
        let mut below = Vec::new();
        let leaves = self.grow(root, 0, 0.0, &mut below);
        Tree { root, below, leaves }
    }
}

/// All trees: the first is that of the shown stream, the others follow in the scenario's order.
pub(super) fn forest(views: &Views) -> Vec<Tree> {
    let Some(top) = top(views).map(|top| top.ix) else { return Vec::new() };
    let mut children = Children { of: BTreeMap::new(), left: vec![true; views.nodes.len()] };
    for node in views.nodes() {
        children.of.entry(parent(views, node)).or_default().push(node.ix);
    }
    let mut trees = vec![children.tree(top)];
    for root in children.of.get(&None).cloned().unwrap_or_default() {
        if children.left[root as usize] {
            trees.push(children.tree(root));
        }
    }
    // What is left follows in a circle.
    for ix in 0..views.nodes.len() as NodeIx {
        if children.left[ix as usize] {
            trees.push(children.tree(ix));
        }
    }
    trees
}

/// The shown tree and, below it, the others as further branches: each root with the link that leads there from the top, if there is one.
pub(super) fn joined(views: &Views, trees: &[Tree]) -> (Vec<Branch>, f64) {
    let Some(first) = trees.first() else { return (Vec::new(), 0.0) };
    let (mut all, mut leaves) = (first.below.clone(), first.leaves);
    for tree in &trees[1..] {
        let high = tree.leaves.max(1.0);
        let linked = link_between(views, first.root, tree.root).map(|_| first.root);
        all.push(Branch { ix: tree.root, depth: 0, middle: leaves + high * 0.5, parent: linked, root: Some(high) });
        all.extend(tree.below.iter().map(|b| Branch { depth: b.depth + 1, middle: leaves + b.middle, ..b.clone() }));
        leaves += high;
    }
    (all, leaves)
}

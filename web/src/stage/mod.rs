//! The stage: nodes, links, and packets painted each frame outside the virtual DOM.

//! The rules of the house that the compiler does not hold: who may use whom, where eras are compared, what is not left lying about.
//!
//! Each rule reads the sources as text; a subject has a file of its own. Code below `#[cfg(test)]` may use what it likes of the crate.

mod chinese;
mod circles;
mod citations;
mod crates;
mod eras;
mod layers;
mod leftovers;
mod lines;
mod notes;
mod page;
mod sizes;
mod sources;

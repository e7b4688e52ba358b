//! A value shared by pointer and compared by pointer.

use alloc::rc::Rc;
use core::fmt;
use core::ops::Deref;
use serde::{Serialize, Serializer};

/// A value that many hold and nobody changes. Two are equal if they are the very same value: whether a part of the screen is the one that was drawn
/// last is one comparison, however large it is.
pub struct Shared<T>(Rc<T>);

impl<T> Shared<T> {
    /// Shares a value.
    pub fn new(value: T) -> Shared<T> {
        Shared(Rc::new(value))
    }
    /// The value itself, to be changed: a copy of its own if others hold it too.
    pub fn make_mut(&mut self) -> &mut T
    where
        T: Clone,
    {
        Rc::make_mut(&mut self.0)
    }
}
impl<T: PartialEq> Shared<T> {
    /// Takes a newly made value. If it is equal to the one held, that one stays, and whoever compares sees that nothing has changed.
    pub fn renew(&mut self, value: T) {
        if *self.0 != value {
            self.0 = Rc::new(value);
        }
    }
}
impl<T: Default> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared::new(T::default())
    }
}
impl<T> Clone for Shared<T> {
    fn clone(&self) -> Shared<T> {
        Shared(Rc::clone(&self.0))
    }
}
impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Shared<T>) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T: fmt::Debug> fmt::Debug for Shared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T: Serialize> Serialize for Shared<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewed_value_is_another_only_if_it_differs() {
        let mut part = Shared::new(alloc::vec![1, 2]);
        let before = part.clone();
        part.renew(alloc::vec![1, 2]);
        assert!(part == before);
        part.renew(alloc::vec![1]);
        assert!(part != before && *part == [1] && *before == [1, 2]);
        part.make_mut().push(7);
        assert_eq!((part.len(), before.len()), (2, 2));
    }
}

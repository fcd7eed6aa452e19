//! A value that is read when it is first needed: most packs are never reached in a scan, and start-up must stay
//! short. What it is never depends on when that was.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// A shared value, read when it is first needed.
pub(super) struct LazyShared<T>(Arc<LazyLock<Arc<T>, Make<T>>>);

type Make<T> = Box<dyn FnOnce() -> Arc<T> + Send + Sync>;

impl<T: Send + Sync + 'static> LazyShared<T> {
    /// One that is there already.
    pub(super) fn now(value: T) -> Self {
        let value = Arc::new(value);
        LazyShared::when(move || value)
    }

    /// One that is read when it is first needed.
    pub(super) fn when(make: impl FnOnce() -> Arc<T> + Send + Sync + 'static) -> Self {
        LazyShared(Arc::new(LazyLock::new(Box::new(make))))
    }

    /// The value, shared.
    pub(super) fn get(&self) -> Arc<T> {
        Arc::clone(&self.0)
    }
}

impl<T> Clone for LazyShared<T> {
    fn clone(&self) -> Self {
        LazyShared(Arc::clone(&self.0))
    }
}

impl<T> Deref for LazyShared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// The same value: whether it was needed yet makes no difference.
impl<T: PartialEq> PartialEq for LazyShared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for LazyShared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

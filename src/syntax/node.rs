//! The tree as everybody sees it.

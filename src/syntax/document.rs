//! Text and tree of one document at one version.

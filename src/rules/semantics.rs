//! What is said twice, for nothing, or not at all (SPEC.md E.2).

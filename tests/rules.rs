//! Documents with marks: lines of `^^^ rule-id` below the places where findings are expected.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "rules/catalogue.rs"]
mod catalogue;
#[path = "rules/corpus.rs"]
mod corpus;
#[path = "support/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "rules/entries.rs"]
mod entries;
#[path = "rules/flows.rs"]
mod flows;
#[path = "rules/half_typed.rs"]
mod half_typed;
#[path = "rules/laws.rs"]
mod laws;
#[path = "rules/marks.rs"]
mod marks;
#[path = "support/outside.rs"]
mod outside;
#[path = "rules/places.rs"]
mod places;
#[path = "rules/scheme_values.rs"]
mod scheme_values;
#[path = "rules/schemes.rs"]
mod schemes;
#[path = "rules/urls.rs"]
mod urls;
#[path = "rules/walk.rs"]
mod walk;

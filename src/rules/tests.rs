//! Documents with marks: lines of `^^^ rule-id` stand under the places meant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod catalogue;
mod corpus;
#[path = "../../tests/support/data.rs"]
mod data;
mod entries;
mod flows;
mod half_typed;
mod laws;
mod marks;
#[path = "../../tests/support/outside.rs"]
mod outside;
mod places;
mod scheme_values;
mod schemes;
mod urls;
mod walk;

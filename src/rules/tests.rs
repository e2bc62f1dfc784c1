//! Documents with marks: lines of `^^^ rule-id` stand under the places meant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod catalogue;
mod corpus;
mod entries;
mod flows;
mod half_typed;
mod laws;
mod marks;
mod places;
mod scheme_values;
mod schemes;
mod urls;
mod walk;

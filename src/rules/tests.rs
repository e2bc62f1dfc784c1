//! Documents with marks: `^^^ rule-id` lines (in comments) stand under the places meant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod catalogue;

mod marks;

mod urls;
mod walk;

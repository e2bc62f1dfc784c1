//! What a change of a document does to who gets in: plain data in, plain data out.
//!
//! [`read`](read::read) makes a [`Side`](side::Side) of each version of a document;
//! [`compare`](compare::compare) pairs operations on servers (*cells*) and asks of each: do all
//! clients go on, and does somebody new get in? The table of [`kind`] has all that can be said.

pub mod change;
pub mod compare;
mod definitions;
pub mod demands;
pub mod kind;
mod naming;
mod pairing;
pub mod read;
pub mod schemes;
pub mod side;
pub mod strength;
mod url;
mod words;

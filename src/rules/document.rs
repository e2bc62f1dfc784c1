//! Checks that look at a whole document: references, scopes, effective security.

mod address_credential;
mod by_name;
pub(super) mod coverage;
pub(super) mod credentials;
mod effective;
pub mod exposure;
mod one_cause;
pub(super) mod references;
pub(super) mod required_scopes;
mod samples;
pub(super) mod semantics;
pub mod servers;
pub(super) mod traits;
pub(super) mod transport;
mod websocket;

use std::cell::LazyCell;

use crate::model::Model;
use crate::rules::document::samples::Samples;
use crate::rules::document::websocket::{OnWebSockets, is_key_in_query};
use crate::rules::document_context::DocumentContext;
use crate::rules::environment::Environment;
use crate::rules::finding::Finding;
use crate::syntax::tree::Tree;

/// Checks a document. `local` are the findings of each unit, in the order of [`Model::units`], with
/// absolute ranges.
pub fn check(
    tree: &Tree,
    model: &Model,
    environment: &Environment,
    local: impl Iterator<Item = Vec<Finding>>,
    out: &mut Vec<Finding>,
) {
    let Some(context) = DocumentContext::new(tree, model, environment) else {
        return;
    };
    let samples = LazyCell::new(|| Samples::of(&context));
    let on_websockets = LazyCell::new(|| OnWebSockets::of(&context));
    for (unit_ref, mut findings) in model.units().zip(local) {
        by_name::complete(&context, &mut findings);
        if findings.iter().any(is_key_in_query) {
            on_websockets.soften(&mut findings);
        }
        if findings.iter().any(samples::is_about_host) {
            samples.soften(&mut findings);
        }
        semantics::soften_unused(&context, unit_ref, &mut findings);
        out.append(&mut findings);
    }
    credentials::check(&context, out);
    references::check(&context, out);
    required_scopes::check(&context, out);
    semantics::check(&context, out);
    traits::check(&context, out);
    effective::check(&context, out);
    one_cause::merge(&context, out);
}

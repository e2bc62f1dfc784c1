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
use crate::rules::fault;
use crate::rules::finding::Finding;
use crate::rules::rule::Rule;
use crate::syntax::tree::Tree;

type Check = fn(&DocumentContext<'_, '_>, &mut Vec<Finding>);

/// What runs over a whole document, in this order, each by the name of its module.
const CHECKS: &[(&str, Check)] = &[
    ("credentials", credentials::check),
    ("references", references::check),
    ("required_scopes", required_scopes::check),
    ("semantics", semantics::check),
    ("traits", traits::check),
    ("effective", effective::check),
    ("one_cause", one_cause::merge),
    #[cfg(debug_assertions)]
    ("test", |_, _| fault::on_request("document")),
];

/// Checks a document. `local` are the findings of each unit, in the order of [`Model::units`], with
/// absolute ranges. Rules that are not on may find something all the same.
pub fn check(
    tree: &Tree,
    model: &Model,
    environment: &Environment,
    is_on: &dyn Fn(&'static Rule) -> bool,
    local: impl Iterator<Item = Vec<Finding>>,
    out: &mut Vec<Finding>,
) {
    let Some(context) = DocumentContext::new(tree, model, environment, is_on) else {
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
    for (rules, check) in CHECKS {
        fault::named(rules, "", || check(&context, out));
    }
}

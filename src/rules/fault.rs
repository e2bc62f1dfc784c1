//! A rule that panics: which one it was, and where it looked, goes with the panic to whoever stops
//! it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::messages::quoted;

/// Set to a JSON Pointer, or to `document`, to have a rule panic there: it is how tests find out what
/// a fault costs. Programs for users do not read it.
#[cfg(debug_assertions)]
const PANICS_AT: &str = "ASYNCAPI_SECURITY_LSP_PANICS_AT";

/// Where a rule panicked.
struct Fault {
    /// The module in which the rule is.
    rules: &'static str,
    /// The unit that it looked at; empty for the root and for the whole document.
    pointer: String,
}

/// Runs the rules of a module. If one of them panics, the panic goes on and says so.
pub(in crate::rules) fn named(rules: &'static str, pointer: &str, check: impl FnOnce()) {
    // Nobody uses what was half done: it goes with the analysis.
    if catch_unwind(AssertUnwindSafe(check)).is_err() {
        let pointer = pointer.to_owned();
        resume_unwind(Box::new(Fault { rules, pointer }));
    }
}

/// Says of a document what a panic kept from it.
pub fn words(panic: &(dyn Any + Send)) -> String {
    let place = match panic.downcast_ref::<Fault>() {
        Some(Fault { rules, pointer }) if pointer.is_empty() => format!(" in its rules `{rules}`"),
        Some(Fault { rules, pointer }) => {
            format!(" in its rules `{rules}`, at {}", quoted(pointer))
        }
        None => String::new(),
    };
    format!(
        "not checked because of a fault of asyncapi-security-lsp{place}. Please report it: {}/issues",
        env!("CARGO_PKG_REPOSITORY")
    )
}

/// The rule that panics.
#[cfg(debug_assertions)]
pub(in crate::rules) fn on_request(place: &str) {
    let wanted = std::env::var_os(PANICS_AT);
    assert!(
        wanted.is_none_or(|wanted| wanted != place),
        "a test wanted it"
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_panic_says_where_it_was() {
        let words = |pointer| {
            let run = || {
                named("scheme", pointer, || {
                    panic!("this panic belongs to the test")
                })
            };
            words(&*catch_unwind(run).unwrap_err())
        };
        assert!(words("/a/b").contains("in its rules `scheme`, at `/a/b`. "));
        assert!(words("").contains("in its rules `scheme`. "));
        let of_others = super::words(&"of anybody");
        assert!(
            of_others.contains("of asyncapi-security-lsp. "),
            "{of_others}"
        );
    }
}

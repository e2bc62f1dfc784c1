//! What HTTP itself says about names: authentication schemes, headers, cookies
//! (RFC 9110 sections 5.1, 5.6.2 and 11.1; RFC 6265 section 4.1.1).

use super::context::UnitContext;
use super::finding::Finding;
use super::subject::Subject;
use super::table::Severity;
use crate::spec::{Object, is_http_token};

/// The value of `scheme` and `bearerFormat` beside it.
///
/// The value itself is never repeated: people paste whole header lines.
pub(super) fn check_scheme_name(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &Object,
    out: &mut Vec<Finding>,
) {
    let Some((entry, name)) = scheme.get("scheme").zip(scheme.text(context, "scheme")) else {
        return;
    };
    let place = entry.value.range();
    let conditional = conditional_field(context, scheme, object, "scheme");
    let is_bearer = name.eq_ignore_ascii_case("bearer");
    // The first word, when a whole header value was pasted.
    let starts_bearer = name
        .split_ascii_whitespace()
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
    // With a field that only `bearer` takes, the schemas reject every other spelling.
    let raised = |finding: Finding| {
        if conditional.is_some() && starts_bearer {
            finding.at(Severity::Error)
        } else {
            finding
        }
    };
    if !is_http_token(name) {
        let message = if name.is_empty() {
            "`scheme` is empty; write the name of an HTTP authentication scheme, \
             such as `basic` or `bearer`"
        } else {
            "this is no name of an HTTP authentication scheme; \
             write the name alone, such as `bearer`, without a token"
        };
        out.push(raised(Finding::new(
            "http-scheme-invalid-token",
            place,
            message,
        )));
    } else if is_bearer && name != "bearer" {
        out.push(raised(Finding::new(
            "http-bearer-case",
            place,
            "write `bearer` in lower case: other tools do not know it in another spelling",
        )));
    }
    if let Some((field, wanted)) = conditional
        && name != wanted
        && !starts_bearer
        && let Some(entry) = scheme.get(field)
    {
        out.push(Finding::new(
            "bearer-format-without-bearer",
            entry.key.range(),
            format!("`{field}` is allowed with `scheme: {wanted}` only; remove it, or write `scheme: {wanted}`"),
        ));
    }
}

/// The written field that is allowed only beside a certain value of another one, and that value.
fn conditional_field<'o>(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    object: &'o Object,
    on: &str,
) -> Option<(&'o str, &'o str)> {
    object.fields_in(context.version).find_map(|field| {
        let (other, wanted) = field.only_with.as_ref()?;
        let entry = scheme.get(&field.name)?;
        (other == on && !entry.key.lacks_colon()).then_some((field.name.as_str(), wanted.as_str()))
    })
}

/// The `name` of an `httpApiKey`: headers and cookies have names that are tokens, parameters of
/// a query take any.
pub(super) fn check_key_name(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    out: &mut Vec<Finding>,
) {
    let Some((entry, name)) = scheme.get("name").zip(scheme.text(context, "name")) else {
        return;
    };
    let place = scheme.text(context, "in");
    let message = if name.is_empty() {
        "`name` is empty; write the name that carries the key, such as `X-API-Key`"
    } else if matches!(place, Some("header" | "cookie")) && !is_http_token(name) {
        "this name cannot be sent; use letters, digits and `-`, without blanks and colons"
    } else {
        return;
    };
    out.push(Finding::new(
        "http-api-key-name-invalid",
        entry.value.range(),
        message,
    ));
}

//! HTTP authentication: names of schemes, headers and cookies (RFC 9110 sections 5.1, 5.6.2 and
//! 11.1; RFC 6265 section 4.1.1).

use crate::rules::context::UnitContext;
use crate::rules::finding::Finding;
use crate::rules::fix::FixContext;
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder, Safe};
use crate::rules::messages::{nearest, quoted};
use crate::rules::registry;
use crate::rules::rule::{Rule, Severity};
use crate::rules::unit::subject::Subject;
use crate::spec::{Object, ValueSpec, is_http_token, spec};
use crate::syntax::node::Entry;
use crate::text::range::TextRange;

/// Checks the value of `scheme`, and `bearerFormat` beside it.
///
/// Messages never repeat the value: people paste whole header lines.
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
    let mut words = name.split_ascii_whitespace();
    let starts_bearer = (words.next()).is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
    // With a field that requires `bearer`, the schemas reject any other spelling.
    let is_raised = conditional.is_some() && starts_bearer;
    let raised = |rule, message: &str| Finding {
        severity: is_raised.then_some(Severity::Error),
        ..Finding::new(rule, place, message)
    };
    if !is_http_token(name) {
        let message = if name.is_empty() {
            "`scheme` is empty; write the name of an HTTP authentication scheme, \
             such as `basic` or `bearer`"
        } else {
            "this is not the name of an HTTP authentication scheme; \
             write the name alone, such as `bearer`, without a token"
        };
        out.push(raised(registry::HTTP_SCHEME_INVALID_TOKEN, message));
    } else if is_bearer && name != "bearer" {
        let message = "write `bearer` in lower case: other tools do not recognise other spellings";
        out.push(raised(registry::HTTP_BEARER_CASE, message));
    }
    if conditional.is_none_or(|(_, wanted)| name == wanted || starts_bearer) {
        check_registry(context, scheme, name, place, out);
    }
    if let Some((field, wanted)) = conditional
        && name != wanted
        && !starts_bearer
        && is_http_token(name)
        && scheme.text(context, field).is_some()
        && let Some(entry) = scheme.get(field)
    {
        const RULE: &Rule = registry::BEARER_FORMAT_WITHOUT_BEARER;
        out.push(if nearest(name, [wanted]).is_some() {
            let message = format!(
                "this is not the name of an HTTP authentication scheme; did you mean `{wanted}`?"
            );
            Finding::new(RULE, place, message).meant(Some(wanted))
        } else {
            let message = format!(
                "`{field}` is allowed only with `scheme: {wanted}`; remove it, or write \
                 `scheme: {wanted}`"
            );
            Finding::new(RULE, entry.key.range(), message)
        });
    }
}

/// Checks a scheme against the IANA registry of HTTP authentication schemes (as of 2025-02-18).
fn check_registry(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    name: &str,
    place: TextRange,
    out: &mut Vec<Finding>,
) {
    if !is_http_token(name) {
        return;
    }
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let has = |names: &[ValueSpec]| names.iter().any(|known| is(&known.value));
    let uses_md5 = || {
        let description = scheme.text(context, "description").unwrap_or_default();
        description.to_ascii_lowercase().contains("md5")
    };
    if is("oauth") {
        out.push(Finding::new(
            registry::HTTP_SCHEME_OAUTH1,
            place,
            "`oauth` is the scheme of OAuth 1.0; write `bearer`, or `type: oauth2`, for OAuth 2",
        ));
    } else if is("negotiate") || is("scram-sha-1") || (is("digest") && uses_md5()) {
        let message = if is("negotiate") {
            "Negotiate authenticates connections, not requests, against the rules of HTTP; prefer \
             another scheme"
        } else if is("digest") {
            "Digest with MD5 is for old clients only; use SHA-256"
        } else {
            "SCRAM-SHA-1 is no longer recommended; use `SCRAM-SHA-256`"
        };
        out.push(Finding::new(
            registry::HTTP_SCHEME_DISCOURAGED,
            place,
            message,
        ));
    } else if !has(spec().http_schemes()) {
        out.push(not_registered(name, place));
    }
}

fn not_registered(name: &str, place: TextRange) -> Finding {
    const RULE: &Rule = registry::HTTP_SCHEME_NOT_REGISTERED;
    let names = spec().http_schemes().iter().map(|known| &*known.value);
    let mut unregistered = spec().unregistered_http_schemes().iter();
    if unregistered.any(|known| known.value.eq_ignore_ascii_case(name)) {
        let other = if nearest(name, ["ApiKey", "Key"]).is_some() {
            ", or write `type: httpApiKey` for a key in a header of its own"
        } else {
            ""
        };
        let message = format!(
            "this scheme is in use but not registered; \
             say in `description` what clients send{other}"
        );
        return Finding::new(RULE, place, message).at(Severity::Hint);
    }
    let (hint, meant) = hint(name, names);
    let message = format!("no HTTP authentication scheme of this name is registered; {hint}");
    Finding::new(RULE, place, message).meant(meant.as_deref())
}

/// What to write in place of an unknown name, and the name that was probably meant.
fn hint<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> (String, Option<String>) {
    let bearer = || Some("bearer".to_owned());
    let alias = spec().type_alias(name);
    let kind = alias.map_or(name, |alias| &alias.scheme_type);
    let mut fields = alias.iter().flat_map(|alias| &alias.fields);
    if let Some((_, scheme)) = fields.find(|(field, _)| field == "scheme") {
        return (
            format!("did you mean {}?", quoted(scheme)),
            Some(scheme.clone()),
        );
    }
    if matches!(kind, "oauth2" | "openIdConnect") || nearest(name, ["oauth", "oauth2"]).is_some() {
        let kind = if kind == "openIdConnect" {
            kind
        } else {
            "oauth2"
        };
        return (
            format!("its tokens are sent with `bearer`; write that, or `type: {kind}`"),
            bearer(),
        );
    }
    if matches!(kind, "userPassword" | "plain") {
        return ("did you mean `basic`?".to_owned(), Some("basic".to_owned()));
    }
    if kind != "http" && spec().is_scheme_type(kind) {
        let kind = if kind == "apiKey" { "httpApiKey" } else { kind };
        return (format!("write `type: {kind}`"), None);
    }
    if let Some(near) = nearest(name, names).map(str::to_ascii_lowercase) {
        return (format!("did you mean {}?", quoted(&near)), Some(near));
    }
    let folded = name.to_ascii_lowercase();
    for (word, what) in [("jwt", "a JWT"), ("token", "a token")] {
        if folded.contains(word) {
            return (format!("{what} is sent with `bearer`"), bearer());
        }
    }
    ("say in `description` what clients send".to_owned(), None)
}

/// The field that is only allowed with a certain value of another field, and that value.
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

/// Checks the `name` of an `httpApiKey`: names of headers and cookies are tokens, query parameters
/// may have any name.
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
        "a header or cookie cannot have this name; use letters, digits and `-`, without spaces and colons"
    } else {
        return;
    };
    out.push(Finding::new(
        registry::HTTP_API_KEY_NAME_INVALID,
        entry.value.range(),
        message,
    ));
}

/// Names of parameters that carry an access token (RFC 6750 section 2.3).
const TOKENS: [&str; 5] = ["access_token", "token", "jwt", "id_token", "bearer"];

/// Checks where an `httpApiKey` is sent.
pub(super) fn check_key_place(
    context: &UnitContext<'_>,
    scheme: &Subject<'_>,
    out: &mut Vec<Finding>,
) {
    let Some((entry, place)) = scheme.get("in").zip(scheme.text(context, "in")) else {
        return;
    };
    let name = (scheme.get("name")).zip(scheme.text(context, "name"));
    let at = entry.value.range();
    let is_token =
        |(_, name): &(_, &str)| TOKENS.iter().any(|token| token.eq_ignore_ascii_case(name));
    match (place, name) {
        // It says who calls, and is no secret.
        ("query", Some((_, name))) if is_identifier(name) => {}
        ("query", Some(name)) if is_token(&name) => out.push(Finding::new(
            registry::HTTP_API_KEY_QUERY_ACCESS_TOKEN,
            name.0.value.range(),
            "an access token must not be sent in a URL, which ends up in logs; \
             send it in the `Authorization` header: `type: http`, `scheme: bearer`",
        )),
        ("query", _) => out.push(Finding::new(
            registry::HTTP_API_KEY_IN_QUERY,
            at,
            "URLs end up in logs and histories; send the key in a header: `in: header`",
        )),
        ("cookie", _) => out.push(Finding::new(
            registry::HTTP_API_KEY_IN_COOKIE,
            at,
            "browsers add cookies to every request by themselves; if clients are not web pages, send the \
             key in a header: `in: header`",
        )),
        ("header", Some((entry, name))) if name.eq_ignore_ascii_case("authorization") => {
            out.push(Finding::new(
                registry::HTTP_API_KEY_AUTHORIZATION_HEADER,
                entry.value.range(),
                "`Authorization` usually has a scheme before the key, such as `Bearer`; write \
                 `type: http` with that `scheme`, unless the server takes the key alone",
            ));
        }
        _ => {}
    }
}

/// Whether a parameter is named as an identifier: `app_id`, `clientId`. That of a session is as good
/// as a key.
fn is_identifier(name: &str) -> bool {
    let Some(at) = name.len().checked_sub(2) else {
        return false;
    };
    let (Some(before), Some("id" | "Id" | "ID")) = (name.get(..at), name.get(at..)) else {
        return false;
    };
    let is_word = before.ends_with(['_', '-'])
        || before.ends_with(|sign: char| sign.is_ascii_lowercase()) && !name.ends_with("id");
    let folded = before.to_ascii_lowercase();
    let secrets = ["sess", "sid", "token", "secret"];
    is_word && !secrets.iter().any(|secret| folded.contains(secret))
}

pub(in crate::rules) fn fix_key_name(fix: &mut FixContext<'_>) {
    let text = fix.path.node().value();
    if text.is_empty() {
        let title = "Write `X-API-Key` as a placeholder";
        fix.offer_text_as(title, "X-API-Key", Placeholder);
        return;
    }
    let name = header_name(text);
    if !name.is_empty() {
        fix.offer_text(&name, ChangesMeaning);
    }
    let has_word = |wanted: &str| {
        let mut words = text.split(|sign: char| !sign.is_ascii_alphanumeric());
        words.any(|word| word.eq_ignore_ascii_case(wanted))
    };
    if name.eq_ignore_ascii_case("authorization") {
        let schemes = ["bearer", "basic"];
        let schemes: Vec<&str> = schemes.into_iter().filter(|name| has_word(name)).collect();
        as_http(fix, &schemes);
    }
}

/// `name: Authorization: Bearer` without quotes is no YAML.
pub(in crate::rules) fn fix_header_line(fix: &mut FixContext<'_>) {
    let is_key = |kind: Entry<'_>| kind.value.value() == "httpApiKey";
    let is_name = fix.entry().is_some_and(|entry| entry.key.value() == "name");
    if is_name && !fix.path.is_key() && fix.sibling("type").is_some_and(is_key) {
        let name = header_name(fix.path.node().value());
        fix.offer_text(&name, ChangesMeaning);
    }
}

/// The name of a header or cookie in what was pasted: a line with its value, or words.
fn header_name(text: &str) -> String {
    let is_fine = |sign: char| is_http_token(sign.encode_utf8(&mut [0; 4]));
    let trimmed = |text: &str| text.trim_matches(|sign| !is_fine(sign)).to_owned();
    let mut name = trimmed(text);
    if let Some((label, rest)) = name.split_once(':') {
        let is_label = ["header", "cookie", "name"].contains(&&*label.trim().to_ascii_lowercase());
        name = trimmed(if is_label { rest } else { label });
    }
    let name = trimmed(name.split('=').next().unwrap_or_default());
    let first = name.split_whitespace().next().unwrap_or_default();
    match &*first.to_ascii_lowercase() {
        "authorization" => first.to_owned(),
        // The value of that header.
        "bearer" | "basic" => "Authorization".to_owned(),
        _ => name.replace(|sign| !is_fine(sign), "-"),
    }
}

pub(in crate::rules) fn fix_scheme_name(fix: &mut FixContext<'_>) {
    let text = fix.path.node().value();
    let word = text.split_ascii_whitespace().next().unwrap_or_default();
    let word = word.trim_end_matches([':', ',']);
    let folded = word.to_ascii_lowercase();
    if matches!(folded.as_str(), "basic" | "bearer" | "digest") {
        fix.offer_text_as(format!("Write `{folded}` alone"), &folded, ChangesMeaning);
    } else if text.is_empty() {
        for name in ["bearer", "basic"] {
            fix.offer_text(name, ChangesMeaning);
        }
    } else if is_http_token(word) && word.len() <= 20 {
        // The title does not repeat the value, which may be a secret.
        fix.offer_text_as("Keep the first word alone", word, ChangesMeaning);
    }
}

pub(in crate::rules) fn fix_bearer_case(fix: &mut FixContext<'_>) {
    fix.offer_text("bearer", Safe);
}

pub(in crate::rules) fn fix_oauth1(fix: &mut FixContext<'_>) {
    fix.offer_text("bearer", ChangesMeaning);
}

pub(in crate::rules) fn fix_not_registered(fix: &mut FixContext<'_>) {
    if let Some(near) = fix.meant() {
        fix.offer_text(near, ChangesMeaning);
    }
}

pub(in crate::rules) fn fix_bearer_format(fix: &mut FixContext<'_>) {
    if let Some(meant) = fix.meant() {
        fix.offer_text(meant, Safe);
        return;
    }
    // First the one that lets in the same clients.
    fix.offer_removal(ChangesMeaning);
    if let Some(scheme) = fix.sibling("scheme") {
        fix.offer("Write `scheme: bearer`", ChangesMeaning, |edits| {
            edits.set_text(scheme.value, "bearer")
        });
    }
}

pub(in crate::rules) fn fix_key_place(fix: &mut FixContext<'_>) {
    fix.offer_clean_text("Send the key in a header", "header");
}

pub(in crate::rules) fn fix_access_token(fix: &mut FixContext<'_>) {
    as_http(fix, &["bearer"]);
}

pub(in crate::rules) fn fix_authorization_header(fix: &mut FixContext<'_>) {
    as_http(fix, &["bearer", "basic"]);
}

/// An API key that is really an HTTP scheme.
fn as_http(fix: &mut FixContext<'_>, schemes: &[&str]) {
    let field = |name| fix.sibling(name);
    let (Some(kind), Some(place), Some(name)) = (field("type"), field("in"), field("name")) else {
        return;
    };
    for scheme in schemes {
        let title = format!("Write `type: http` with `scheme: {scheme}`");
        fix.offer(title, ChangesMeaning, |edits| {
            edits.set_text(kind.value, "http")?;
            edits.rename(place.key, "scheme")?;
            edits.set_text(place.value, scheme)?;
            edits.remove(name)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_line_is_reduced_to_its_name() {
        for (pasted, name) in [
            ("Authorization: Bearer", "Authorization"),
            ("authorization: Bearer {token}", "authorization"),
            ("Authorization Bearer", "Authorization"),
            ("Bearer <token>", "Authorization"),
            ("X-API-Key: <key>", "X-API-Key"),
            ("X-API-Key=abc", "X-API-Key"),
            ("X API Key:", "X-API-Key"),
            ("<X-API-Key>", "X-API-Key"),
            ("Header: X-API-Key", "X-API-Key"),
            ("Cookie: session=abc", "session"),
            ("clé", "cl"),
            (": ", ""),
        ] {
            assert_eq!(header_name(pasted), name, "{pasted}");
        }
    }
}

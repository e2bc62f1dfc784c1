//! The table from rules to the functions that offer their fixes.
//!
//! Each function is in the file of its rule's family. A rule without a row has no fix: any edit
//! would be a guess.

use crate::rules::blanks;
use crate::rules::document::{
    coverage, credentials, references, required_scopes, semantics, traits, transport,
};
use crate::rules::fix::FixKind::{ChangesMeaning, Safe};
use crate::rules::fix::names::fresh_name;
use crate::rules::fix::{FixContext, OfferFixes};
use crate::rules::messages::quoted;
use crate::rules::registry;
use crate::rules::rule::Rule;
use crate::rules::typographic;
use crate::rules::unit::{
    bindings, entries, flows, http, oauth2, openid, providers, ref_object, root, scheme, secrets,
    server, sites, urls,
};

/// Offers the fixes of a finding.
pub fn offer_fixes(fix: &mut FixContext<'_>) {
    if typographic::offer(fix) || blanks::offer(fix) {
        return;
    }
    let mut rows = FIXES.iter();
    if let Some((_, offer)) = rows.find(|(rule, _)| *rule == fix.finding.rule) {
        offer(fix);
    }
}

/// Rules with their functions, in the order of the registry, a line each.
#[rustfmt::skip]
pub const FIXES: &[(&Rule, OfferFixes)] = &[
    (registry::ANYPOINTMQ_OAUTH2_REQUIRED, coverage::fix_anypoint),
    (registry::API_KEY_IN_INVALID, scheme::fields::fixes::api_key_in),
    (registry::API_KEY_WITHOUT_TLS, transport::fix_without_tls),
    (registry::ASYNCAPI_VERSION_PATCH, root::fix_version),
    (registry::BEARER_FORMAT_WITHOUT_BEARER, http::fix_bearer_format),
    (registry::CREDENTIAL_WITHOUT_SCHEME, credentials::fix_without_scheme),
    (registry::CREDENTIALS_IN_SERVER_ADDRESS, server::fix_credentials),
    (registry::GSSAPI_WITHOUT_TLS, transport::fix_without_tls),
    (registry::HTTP_API_KEY_AUTHORIZATION_HEADER, http::fix_authorization_header),
    (registry::HTTP_API_KEY_IN_COOKIE, http::fix_key_place),
    (registry::HTTP_API_KEY_IN_INVALID, scheme::fields::fixes::http_api_key_in),
    (registry::HTTP_API_KEY_IN_QUERY, http::fix_key_place),
    (registry::HTTP_API_KEY_NAME_INVALID, http::fix_key_name),
    (registry::HTTP_API_KEY_QUERY_ACCESS_TOKEN, http::fix_access_token),
    (registry::HTTP_API_KEY_WITHOUT_TLS, transport::fix_without_tls),
    (registry::HTTP_BASIC_WITHOUT_TLS, transport::fix_without_tls),
    (registry::HTTP_BEARER_CASE, http::fix_bearer_case),
    (registry::HTTP_BEARER_WITHOUT_TLS, transport::fix_without_tls),
    (registry::HTTP_SCHEME_INVALID_TOKEN, http::fix_scheme_name),
    (registry::HTTP_SCHEME_NOT_REGISTERED, http::fix_not_registered),
    (registry::HTTP_SCHEME_OAUTH1, http::fix_oauth1),
    (registry::IBMMQ_CIPHER_WEAK, bindings::ibmmq::fix_cipher),
    (registry::OAUTH2_ENDPOINT_LOOKS_SWAPPED, oauth2::fixes::swapped),
    (registry::OAUTH2_ENDPOINTS_MISMATCH, providers::fix_mismatch),
    (registry::OAUTH2_FLOW_FORBIDDEN_FIELD, flows::fixes::forbidden_field),
    (registry::OAUTH2_FLOW_MISSING_FIELD, flows::fixes::missing_field),
    (registry::OAUTH2_FLOW_UNKNOWN, flows::fixes::flow_unknown),
    (registry::OAUTH2_FLOW_UNKNOWN_FIELD, flows::fixes::unknown_field),
    (registry::OAUTH2_FLOWS_EMPTY, flows::fixes::flows_empty),
    (registry::OAUTH2_FLOWS_EXTENSION, flows::fixes::flows_extension),
    (registry::OAUTH2_IMPLICIT_FLOW, oauth2::fixes::implicit_flow),
    (registry::OAUTH2_PASSWORD_FLOW, oauth2::fixes::password_flow),
    (registry::OAUTH2_PKCE_UNDOCUMENTED, oauth2::fixes::pkce),
    (registry::OAUTH2_REF_NOT_ALLOWED, flows::fixes::reference),
    (registry::OAUTH2_REFRESH_URL_MISSING, oauth2::fixes::refresh_url),
    (registry::OAUTH2_REFRESH_URL_ON_CLIENT_CREDENTIALS, oauth2::fixes::needless_refresh_url),
    (registry::OAUTH2_REFRESH_URL_ON_IMPLICIT, oauth2::fixes::needless_refresh_url),
    (registry::OAUTH2_SAME_ENDPOINT_URLS, oauth2::fixes::same_endpoint),
    (registry::OAUTH2_SCOPE_DESCRIPTION_EMPTY, oauth2::fixes::empty_description),
    (registry::OAUTH2_SCOPE_DESCRIPTION_NOT_STRING, flows::fixes::description_not_string),
    (registry::OAUTH2_SCOPE_NAME_INVALID, oauth2::fixes::scope_name),
    (registry::OAUTH2_SCOPE_UNUSED, required_scopes::fixes::unused),
    (registry::OAUTH2_SCOPES_KEY_WRONG_VERSION, flows::fixes::scopes_key),
    (registry::OAUTH2_SCOPES_NOT_A_MAP, flows::fixes::scopes_not_a_map),
    (registry::OAUTH2_SCOPES_NOT_SELECTED, required_scopes::fixes::not_selected),
    (registry::OAUTH2_UNKNOWN_FIELD, scheme::fields::fixes::unknown_field),
    (registry::OAUTH2_WITHOUT_TLS, transport::fix_without_tls),
    (registry::OIDC_SCOPES_MISSING_OPENID, openid::fix_openid_missing),
    (registry::OIDC_URL_NOT_DISCOVERY, openid::fix_not_discovery),
    (registry::OIDC_URL_OAUTH_METADATA, openid::fix_oauth_metadata),
    (registry::OPENAPI_OAUTH2_SHAPE, scheme::fix_openapi_shape),
    (registry::OPERATION_SECURITY_EMPTY, traits::fix_empty_list),
    (registry::OPERATION_SECURITY_SINCE, sites::fix_security_since),
    (registry::OPERATION_WITHOUT_SECURITY, coverage::fix_uncovered),
    (registry::SASL_PLAIN_PREFER_SCRAM, scheme::fix_prefer_scram),
    (registry::SASL_PLAIN_WITHOUT_TLS, transport::fix_without_tls),
    (registry::SASL_SCRAM_WITHOUT_TLS, transport::fix_without_tls),
    (registry::SCHEME_SCOPES_NOT_ARRAY, scheme::fields::fixes::scopes_not_array),
    (registry::SCHEME_SCOPES_SINCE, scheme::fields::fixes::scopes_since),
    (registry::SECRET_IN_DOCUMENT, secrets::fix_secret),
    (registry::SECRET_IN_SERVER_VARIABLE, server::fix_variable),
    (registry::SECURITY_DUPLICATE_ALTERNATIVE, semantics::fix_duplicate_alternative),
    (registry::SECURITY_DUPLICATE_KEY, fix_duplicate_key),
    (registry::SECURITY_DUPLICATE_SCOPE, required_scopes::fixes::duplicate),
    (registry::SECURITY_ENTRY_NOT_OBJECT, entries::fixes::entry_not_object),
    (registry::SECURITY_FIELD_MISSPELT, sites::fix_misspelt),
    (registry::SECURITY_INLINE_COULD_BE_REF, semantics::fix_inline_could_be_ref),
    (registry::SECURITY_NOT_ARRAY, entries::fixes::not_array),
    (registry::SECURITY_NOT_SUPPORTED_HERE, sites::fix_not_supported),
    (registry::SECURITY_REF_INSECURE, ref_object::fix_insecure),
    (registry::SECURITY_REF_INVALID_URI, ref_object::fix_invalid_uri),
    (registry::SECURITY_REF_OUTSIDE_COMPONENTS, references::fix_outside_components),
    (registry::SECURITY_REF_SCOPES_IGNORED, entries::fixes::ref_scopes_ignored),
    (registry::SECURITY_REF_UNRESOLVED, references::fix_unresolved),
    (registry::SECURITY_REF_WRONG_TARGET, references::fix_wrong_target),
    (registry::SECURITY_REF_YAML_COMMENT, ref_object::fix_yaml_comment),
    (registry::SECURITY_REQUIREMENT_EMPTY, semantics::fix_empty_requirement),
    (registry::SECURITY_REQUIREMENT_UNDEFINED, references::fix_undefined),
    (registry::SECURITY_REQUIREMENT_VALUE_NOT_ARRAY, entries::fixes::value_not_array),
    (registry::SECURITY_SCHEME_DESCRIPTION_MISSING, semantics::fix_description_missing),
    (registry::SECURITY_SCHEME_DUPLICATE, semantics::fix_duplicate_scheme),
    (registry::SECURITY_SCHEME_FIELD_NOT_APPLICABLE, scheme::fields::fixes::not_applicable),
    (registry::SECURITY_SCHEME_FIELD_WRONG_TYPE, scheme::fields::fixes::wrong_type),
    (registry::SECURITY_SCHEME_MISSING_FIELD, scheme::fields::fixes::missing_field),
    (registry::SECURITY_SCHEME_NOT_OBJECT, scheme::fix_not_object),
    (registry::SECURITY_SCHEME_REF_SIBLINGS, ref_object::fix_siblings),
    (registry::SECURITY_SCHEME_TYPE_MISSING, scheme::types::fix_type_missing),
    (registry::SECURITY_SCHEME_TYPE_SINCE, scheme::types::fix_type_since),
    (registry::SECURITY_SCHEME_TYPE_UNKNOWN, scheme::types::fix_type_unknown),
    (registry::SECURITY_SCHEME_UNKNOWN_FIELD, scheme::fields::fixes::unknown_field),
    (registry::SECURITY_SCHEME_UNUSED, semantics::fix_unused),
    (registry::SECURITY_SCHEMES_EXTENSION_KEY, scheme::fix_extension_key),
    (registry::SECURITY_SCHEMES_KEY_INVALID, scheme::fix_key_invalid),
    (registry::SECURITY_SCHEMES_MISPLACED, root::fix_misplaced),
    (registry::SECURITY_SCOPE_NOT_IN_EVERY_FLOW, required_scopes::fixes::not_in_every_flow),
    (registry::SECURITY_SCOPE_UNDEFINED, required_scopes::fixes::undefined),
    (registry::SECURITY_SCOPES_ON_NON_OAUTH, required_scopes::fixes::scopes_on_non_oauth),
    (registry::SECURITY_V2_SHAPE_IN_V3, entries::fixes::v2_shape),
    (registry::SECURITY_V3_SHAPE_IN_V2, entries::fixes::v3_shape),
    (registry::SERVER_HOST_NOT_A_HOST, server::host::fix),
    (registry::SERVER_PLAINTEXT_PROTOCOL, server::fix_protocol),
    (registry::SERVER_PROTOCOL_URL_MISMATCH, server::fix_protocol),
    (registry::SERVER_SECURITY_EMPTY, semantics::fix_empty_list_of_server),
    (registry::SERVER_WITHOUT_SECURITY, coverage::fix_uncovered),
    (registry::SYNTAX_ERROR, http::fix_header_line),
    (registry::TRAIT_SECURITY_CONFLICT, traits::fix_conflict),
    (registry::URL_FRAGMENT, urls::fix_fragment),
    (registry::URL_INVALID, urls::fix_invalid),
    (registry::URL_MISSING_HOST, urls::fix_missing_host),
    (registry::URL_NON_ASCII, urls::fix_non_ascii),
    (registry::URL_NOT_ABSOLUTE, urls::fix_not_absolute),
    (registry::URL_NOT_HTTPS, urls::fix_not_https),
    (registry::URL_PLACEHOLDER, urls::fix_placeholder),
    (registry::URL_SCHEME_NOT_HTTP, urls::fix_other_scheme),
    (registry::URL_SECRET_IN_QUERY, urls::fix_secret_in_query),
    (registry::URL_USERINFO, urls::fix_userinfo),
    (registry::URL_WHITESPACE, urls::fix_whitespace),
    (registry::USER_PASSWORD_WITHOUT_TLS, transport::fix_without_tls),
    (registry::X509_WITHOUT_TLS, transport::fix_without_tls),
];

/// `syntax` finds duplicate keys, so no family has this fix. Parsers keep the last of the keys.
fn fix_duplicate_key(fix: &mut FixContext<'_>) {
    let (Some(entry), Some(mapping)) = (fix.entry(), fix.mapping()) else {
        return;
    };
    let name = entry.key.value();
    let start = entry.key.range().start();
    let earlier = (mapping.entries())
        .filter(|other| other.key.value() == name && other.key.range().start() < start)
        .last();
    if let Some(earlier) = earlier {
        let title = format!("Remove the earlier {}, which has no effect", quoted(name));
        fix.offer(title, Safe, |edits| edits.remove(earlier));
    }
    let is_scheme = fix.path.keys().iter().rev().nth(1) == Some(&"securitySchemes");
    if is_scheme {
        let name = fresh_name(fix.model, name);
        let title = format!("Rename it to {}", quoted(&name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.rename(entry.key, &name)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::FIXES;

    #[test]
    fn rows_are_in_order_without_repeats() {
        for pair in FIXES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
        }
    }
}

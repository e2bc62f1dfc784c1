//! A template of YAML or JSON is told as one, and nothing is said of what its code decides.

use asyncapi_security_lsp::analysis::{Analysis, Options};
use asyncapi_security_lsp::fixes::fix_all;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::text::TextEdit;
use asyncapi_security_lsp::text::range::TextRange;

use crate::fixture::format_of;

fn analyse(text: &str) -> Analysis {
    let document = Document::new(text, format_of(text));
    Analysis::new(document, Options::default(), None)
}

/// The rule and the underlined text of each finding.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let findings = analyse(text).findings;
    let told = findings.into_iter().map(|finding| {
        let place = &text[finding.range.start()..finding.range.end()];
        (finding.rule.id, place.to_owned())
    });
    told.collect()
}

/// A server and two schemes, with these lines for the list of the server, the OAuth scheme and the
/// end.
fn helm(security: &str, flow: &str, end: &str) -> String {
    format!(
        "asyncapi: 3.0.0\ninfo: {{title: '{{{{ .Values.title }}}}', version: 1.0.0}}\nservers:\n  s:\n    host: a.io\n    protocol: kafka-secure\n    security:\n{security}components:\n  securitySchemes:\n    o:\n      type: oauth2\n      flows:\n        clientCredentials:\n{flow}          availableScopes: {{a: b}}\n{end}"
    )
}

#[test]
fn code_is_told_once_at_its_first_place() {
    let url = "          tokenUrl: https://a.io/token\n";
    let refer = "      - $ref: '#/components/securitySchemes/o'\n";
    for (text, place) in [
        (
            helm(
                &format!(
                    "{{{{- if .a }}}}\n{refer}{{{{- else }}}}\n      - $ref: '#/x'\n{{{{- end }}}}\n"
                ),
                url,
                "",
            ),
            "{{- if .a }}",
        ),
        (
            helm("{{ include \"security\" . | indent 6 }}\n", url, ""),
            "{{ include \"security\" . | indent 6 }}",
        ),
        (
            helm(refer, "          tokenUrl: {{ .Values.auth }}/token\n", ""),
            "{{ .Values.auth }}",
        ),
        (
            helm(refer, "          tokenUrl: {{ .Values.auth }}\n", ""),
            "{{ .Values.auth }}",
        ),
        (
            helm(
                refer,
                "          {{- if .a }}\n          tokenUrl: a\n          {{- else }}\n          tokenUrl: b\n          {{- end }}\n",
                "",
            ),
            "{{- if .a }}",
        ),
        (
            helm(
                refer,
                url,
                "{% if kafka %}\n    k: {type: {{ kind }}}\n{% endif %}\n",
            ),
            "{% if kafka %}",
        ),
        (
            helm(
                "",
                url,
                "<% if kafka -%>\n    k:\n      type: <%= kind %>\n<% end %>\n",
            ),
            "<% if kafka -%>",
        ),
        (
            helm(refer, url, "    k: {type: ${KIND}, scheme: '${SCHEME}'}\n"),
            "${KIND}",
        ),
    ] {
        let mut findings = found(&text);
        // What is in a value alone is still looked at.
        findings.retain(|(rule, _)| *rule != "url-not-absolute");
        assert_eq!(findings, [("syntax-error", place.to_owned())], "{text}");
        let message = &analyse(&text).findings;
        assert!(
            message
                .iter()
                .any(|finding| finding.message.contains("template"))
        );
    }
    let json = "{\"asyncapi\": \"3.0.0\", \"components\": {\"securitySchemes\": {\"k\": {{ toJson .k }}, \"l\": {\"type\": \"{{ .l }}\"}}}}";
    assert_eq!(
        found(json),
        [("syntax-error", "{{ toJson .k }}".to_owned())]
    );
}

#[test]
fn single_values_are_still_looked_at_and_nothing_is_fixed_in_bulk() {
    let text = helm(
        "{{- if .a }}\n{{- end }}\n",
        "          tokenUrl: ' https://a.io/token'\n",
        "",
    );
    let findings = found(&text);
    let wanted = [("syntax-error", "{{- if .a }}"), ("url-whitespace", " ")];
    let wanted = wanted.map(|(rule, place)| (rule, place.to_owned()));
    assert_eq!(findings, wanted, "{text}");
    assert_eq!(fix_all(&analyse(&text)), (Vec::new(), 0));
}

#[test]
fn documents_with_code_in_quotes_alone_are_no_templates() {
    let url = "          tokenUrl: \"{{ .Values.auth }}/token\"\n";
    let text = helm("      - $ref: '#/components/securitySchemes/o'\n", url, "");
    let placeholder = ("url-placeholder", "{{ .Values.auth }}".to_owned());
    assert!(found(&text).contains(&placeholder));
    let broken = text.replace("host: a.io", "host: a.io: b");
    assert!(analyse(&broken).document.templated().is_none());
    assert!(found(&broken).contains(&placeholder));
}

#[test]
fn a_document_becomes_a_template_and_none_again_while_it_is_edited() {
    let text = helm("      - $ref: '#/components/securitySchemes/o'\n", "", "");
    let start = analyse(&text);
    let at = text.find("components:").unwrap();
    let edit = |range, new_text: &str| TextEdit {
        range,
        new_text: new_text.to_owned(),
    };
    let code = "{{- if .a }}\n";
    let template = start.edited(&[edit(TextRange::empty(at), code)]);
    assert!(template.document.templated().is_some());
    assert_eq!(
        template.findings,
        analyse(&template.document.text().to_string()).findings
    );
    let back = template.edited(&[edit(TextRange::new(at, at + code.len()), "")]);
    assert_eq!(back.findings, start.findings);
}

//! The same meaning written in another way: JSON, several files, and all at once.

use std::fmt::Write as _;

use asyncapi_security_lsp::diff::compare::compare;
use asyncapi_security_lsp::syntax::document::Document;
use asyncapi_security_lsp::syntax::format::Language;
use asyncapi_security_lsp::syntax::node::Node;
use serde_json::Value;

use crate::command_line::{folder, run, write};
use crate::documents::{Base, a, b};
use crate::laws::{Lists, Random};
use crate::{lines, loud, side, side_in};

/// A document as JSON.
fn json(yaml: &str) -> String {
    let document = Document::new(yaml, Language::Yaml);
    let mut out = String::new();
    put(document.tree().root(), &mut out);
    out
}

fn put(node: Node<'_>, out: &mut String) {
    if node.is_mapping() {
        out.push('{');
        for (at, entry) in node.entries().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            let _ = write!(out, "{}: ", Value::from(entry.key.value()));
            put(entry.value, out);
        }
        out.push('}');
    } else if node.is_sequence() {
        out.push('[');
        for (at, item) in node.items().enumerate() {
            out.push_str(if at == 0 { "" } else { ", " });
            put(item, out);
        }
        out.push(']');
    } else {
        let _ = write!(out, "{}", Value::from(node.value()));
    }
}

/// Servers and schemes in files of their own: what is left, and the files.
fn split(yaml: &str) -> [(&'static str, String); 3] {
    let mut out = String::new();
    let (mut servers, mut schemes) = (String::new(), String::new());
    let mut section = "";
    for line in yaml.lines() {
        if !line.starts_with(' ') {
            section = line.trim_end_matches(':');
        }
        let name = line.trim_start().split(':').next().unwrap();
        let depth = line.len() - line.trim_start().len();
        match (section, depth) {
            ("servers", 2) => {
                // A scheme of 3.x is that of the document.
                let line = line.replace("'#/components", "'api.yaml#/components");
                let _ = writeln!(servers, "{}", line.trim_start());
                let _ = writeln!(out, "  {name}: {{$ref: './servers.yaml#/{name}'}}");
            }
            ("components", 4) => {
                let _ = writeln!(schemes, "{}", line.trim_start());
                let _ = writeln!(out, "    {name}: {{$ref: 'schemes.yaml#/{name}'}}");
            }
            _ => {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    [
        ("api.yaml", out),
        ("servers.yaml", servers),
        ("schemes.yaml", schemes),
    ]
}

#[test]
fn json_means_the_same() {
    let mut random = Random(4);
    for (base, most) in [(b as fn() -> Base, 3), (a, 1)] {
        for _ in 0..100 {
            let yaml = Lists::random(&mut random, most).base(base()).yaml();
            let twin = json(&yaml);
            let (old, new) = (side(&yaml), side_in(&twin, Language::Json));
            assert_eq!(lines(&compare(&old, &new)), [""; 0], "{yaml}\n{twin}");
            assert_eq!(lines(&compare(&new, &old)), [""; 0], "{yaml}\n{twin}");
        }
    }
}

#[test]
fn several_files_mean_the_same() {
    let place = folder("diff", "split");
    let mut random = Random(5);
    let mut count = 0;
    for (base, most) in [(b as fn() -> Base, 3), (a, 1)] {
        for _ in 0..20 {
            let mut lists = Lists::random(&mut random, most);
            // In 3.x `{}` has no meaning.
            for list in lists
                .servers
                .iter_mut()
                .chain(&mut lists.operations)
                .flatten()
            {
                list.retain(|entry| most > 1 || !entry.is_empty());
            }
            let yaml = lists.base(base()).yaml();
            write(&place, &format!("old/{count}/api.yaml"), yaml.as_bytes());
            for (name, text) in split(&yaml) {
                write(&place, &format!("new/{count}/{name}"), text.as_bytes());
            }
            count += 1;
        }
    }
    for sides in [["old", "new"], ["new", "old"]] {
        let (code, out, err) = run(&place, &["diff", sides[0], sides[1], "--format", "json"]);
        let out: Value = serde_json::from_str(&out).unwrap();
        let changes = out["changes"].as_array().unwrap();
        let loud = changes.iter().filter(|change| change["severity"] != "none");
        assert_eq!(loud.count(), 0, "{changes:#?}");
        assert_eq!((code, &*err), (0, ""));
        assert_eq!(out["summary"]["complete"], true);
        assert_eq!(out["pairs"].as_array().unwrap().len(), count);
    }
}

/// The scheme has another name and is inline in one place, the file is JSON, and the alternatives
/// have another order.
#[test]
fn all_at_once_means_the_same() {
    let old = a()
        .s("scram, krb")
        .o("scram, oa(r)")
        .operation("o2", Some("krb, scram"));
    let mut new = a()
        .without("scram")
        .scheme("login", "type: scramSha512")
        .s("krb, login")
        .o("oa(r), INLINE")
        .operation("o2", Some("login, krb"))
        .yaml();
    let inline = "{$ref: '#/components/securitySchemes/INLINE'}";
    assert!(new.contains(inline));
    new = new.replace(inline, "{type: scramSha512}");
    let found = compare(&side(&old.yaml()), &side_in(&json(&new), Language::Json));
    assert_eq!(loud(&found), [""; 0], "{new}");
    assert!(lines(&found).contains(&"none scheme-renamed login".to_owned()));
    assert_eq!((found.cells.compared, found.cells.equal), (2, 2));

    let place = folder("diff", "all_at_once");
    write(&place, "old.yaml", old.yaml().as_bytes());
    write(&place, "new.json", json(&new).as_bytes());
    let (code, out, err) = run(&place, &["diff", "old.yaml", "new.json", "--strict"]);
    assert_eq!((code, &*err), (0, ""));
    assert!(
        out.starts_with("No change in the meaning of security: old.yaml -> new.json; 2 of 2"),
        "{out}"
    );
}

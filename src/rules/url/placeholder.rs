//! Placeholders in a URL or host: what a build, a template engine or the reader is meant to fill in.
//!
//! None of these shapes is a real part of a URL. What could be one (`[::1]`, `%20`, `$metadata`,
//! `filter[name]=x`) is none.

use std::ops::Range;

/// The length of the longest placeholder, in bytes: many openers must not each search the whole
/// text.
const MAX_LEN: usize = 256;

/// What [`blanked`] writes in place of each byte of a placeholder.
pub const FILLER: char = '\0';

/// Brackets around names, expressions and code. The longer of two openers comes first.
const BRACKETS: [(&str, &str); 11] = [
    ("${{", "}}"),
    ("{{{", "}}}"),
    ("{{", "}}"),
    ("<%", "%>"),
    ("${", "}"),
    ("#{", "}"),
    ("%{", "}"),
    ("@{", "}"),
    ("$(", ")"),
    ("%(", ")"),
    ("((", "))"),
];

/// What unfilled words of instructions start with.
const WORDS: [&str; 7] = [
    "YOUR_",
    "YOUR-",
    "REPLACE_",
    "REPLACEME",
    "CHANGE_ME",
    "CHANGEME",
    "INSERT_",
];

/// The placeholders of a text, from left to right.
pub fn placeholders(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < text.len() {
            let start = at;
            if let Some(len) = placeholder_len(text, start) {
                at += len;
                return Some(start..at);
            }
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
        None
    })
}

/// The text with fillers in place of placeholders, so that the marks in them (`@`, `/`, `:`) are
/// not taken for those of the text. Offsets stay the same.
pub fn blanked(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    for part in placeholders(text) {
        shape.push_str(&text[shape.len()..part.start]);
        shape.extend(part.map(|_| FILLER));
    }
    shape.push_str(&text[shape.len()..]);
    shape
}

/// The length of the placeholder that starts at an offset.
fn placeholder_len(text: &str, at: usize) -> Option<usize> {
    let rest = window(text, at);
    let before = text[..at].bytes().next_back();
    let first = *rest.as_bytes().first()?;
    match first {
        b'$' | b'{' | b'<' | b'#' | b'%' | b'@' | b'(' => bracketed(rest)
            .or_else(|| in_braces(rest))
            .or_else(|| in_angles(rest))
            .or_else(|| variable(rest))
            .or_else(|| between_signs(rest)),
        b'[' => in_brackets(rest),
        b'_' => upper_between_underscores(rest),
        b':' if before == Some(b'/') => path_parameter(rest),
        _ if before.is_none_or(|byte| !is_word(byte)) => word(rest),
        _ => None,
    }
}

/// What follows an offset, as far as a placeholder can go.
fn window(text: &str, at: usize) -> &str {
    let mut end = text.len().min(at + MAX_LEN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[at..end]
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// How many bytes at the start of a text are such ones.
fn count(text: &str, is_meant: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| is_meant(*byte)).count()
}

/// `{{ a }}`, `${a}`, `<% a %>`, `$(A)`, `%(a)s`, `#{a}#`.
fn bracketed(text: &str) -> Option<usize> {
    BRACKETS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?;
        let len = inner.find(close)?;
        let is_round = close.starts_with(')');
        if is_round && (len == 0 || inner[..len].contains('(')) {
            return None;
        }
        let end = open.len() + len + close.len();
        let more = match *open {
            "#{" => text[end..].starts_with('#'),
            "%(" => text[end..].starts_with('s'),
            _ => false,
        };
        Some(end + usize::from(more))
    })
}

/// `{a}`, also with nothing inside.
fn in_braces(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('{')?;
    let end = inner.find(['{', '}'])?;
    inner[end..].starts_with('}').then_some(end + 2)
}

/// `<a b>`, but not a URL in angle brackets.
fn in_angles(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find(['<', '>'])?;
    let is_closed = inner[end..].starts_with('>') && end > 0;
    (is_closed && !inner[..end].contains("://")).then_some(end + 2)
}

/// `$A`, in capitals: `$metadata` is a real path.
fn variable(text: &str) -> Option<usize> {
    let name = text.strip_prefix('$')?;
    let starts = name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_');
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    starts.then(|| 1 + count(name, is_name))
}

/// `%A%`, `%%A%%`, `@A@`, `@@A@@`, `#A#`, and `%s`.
fn between_signs(text: &str) -> Option<usize> {
    let sign = *text.as_bytes().first()?;
    if !matches!(sign, b'%' | b'@' | b'#') {
        return None;
    }
    // `u@@A@` is a user name and one placeholder, so both sides must have two.
    let signs = count(text, |byte| byte == sign).min(2);
    let inner = &text[signs..];
    if sign == b'%'
        && inner.starts_with('s')
        && !inner[1..].starts_with(|next: char| next.is_ascii_alphanumeric() || "_%".contains(next))
    {
        return Some(signs + 1);
    }
    let name = count(inner, |byte| {
        is_word(byte) || sign != b'%' && matches!(byte, b'.' | b'-')
    });
    let starts = inner.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let after = &inner[name..];
    if !starts || count(after, |byte| byte == sign) < signs {
        return None;
    }
    let after = &after.as_bytes()[signs..];
    let is_hex = |pair: &[u8]| pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
    let is_other = match sign {
        // `%AD%20` is percent-encoded, `%ADDRESS%/a` is not.
        b'%' if signs == 1 => {
            is_hex(&inner.as_bytes()[..name.min(2)])
                && (name == 2 || after.get(..2).is_some_and(is_hex))
        }
        b'%' => false,
        // `p@SS@host` is a password.
        _ => after.first().is_some_and(u8::is_ascii_alphanumeric),
    };
    (!is_other).then_some(signs + name + signs)
}

/// `[tenant]` and `[your tenant]`: neither an address (`[::1]`), nor an index (`a[b]=c`), nor the
/// text of a link (`[a](b)`).
fn in_brackets(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('[')?;
    let (name, after) = inner.split_once(']')?;
    let ends = |sign: char| sign.is_ascii_alphabetic() || sign == '_';
    let is_name = name.starts_with(ends)
        && name.ends_with(ends)
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || b"_-. ".contains(&byte));
    (is_name && name.len() > 1 && !after.starts_with(['=', '[', '('])).then_some(name.len() + 2)
}

/// `__A__`, in capitals.
fn upper_between_underscores(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("__")?;
    let end = inner.find("__")?;
    let name = &inner[..end];
    let is_name =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let starts = name.starts_with(|first: char| first.is_ascii_uppercase());
    (starts && name.bytes().all(is_name)).then_some(end + 4)
}

/// `:tenant` as a whole segment of a path.
fn path_parameter(text: &str) -> Option<usize> {
    let name = text.strip_prefix(':')?;
    let len = count(name, |byte| is_word(byte) || byte == b'-');
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic());
    let after = &name[len..];
    (starts && (after.is_empty() || after.starts_with(['/', '?']))).then_some(1 + len)
}

/// `YOUR_DOMAIN`, in capitals.
fn word(text: &str) -> Option<usize> {
    let start = WORDS.iter().find(|word| text.starts_with(**word))?;
    let is_name = |byte: u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-')
    };
    let len = count(text, is_name);
    let is_whole = !text[len..].starts_with(|next: char| next.is_ascii_lowercase());
    let has_name = !start.ends_with(['_', '-']) || len > start.len();
    (is_whole && has_name).then_some(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        placeholders(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn each_shape_is_found_with_all_that_belongs_to_it() {
        for shape in [
            "{tenant}",
            "{}",
            "{tenant id}",
            "{{tenant}}",
            "{{ .Values.auth.url }}",
            "{{{ raw }}}",
            "{%  x %}",
            "${X}",
            "${ X }",
            "${{ secrets.X }}",
            "${HOST:-https://a/b}",
            "$HOST_1",
            "$(X)",
            "$(Build.Id)",
            "((auth-url))",
            "<path>",
            "<tenant id>",
            "<% x %>",
            "<%= a > b %>",
            "[tenant]",
            "[your tenant]",
            "%AUTH_URL%",
            "%auth%",
            "%ADDRESS%",
            "%%VAR%%",
            "%(host)s",
            "%s",
            "@HOST@",
            "@project.host@",
            "#HOST#",
            "#{x}#",
            "#{x}",
            "%{x}",
            "__TENANT__",
            "YOUR_DOMAIN",
            "YOUR-TENANT-ID",
            "REPLACE_WITH_HOST",
            "CHANGEME",
        ] {
            for text in [
                shape.to_owned(),
                format!("https://{shape}/token"),
                format!("https://acme.io/{shape}"),
                format!("https://login-{shape}.acme.io:80/"),
                format!("https://acme.io/\u{e9}/{shape}?a=b"),
            ] {
                assert_eq!(found(&text), [shape], "{text}");
            }
        }
        assert_eq!(found("https://acme.io/:tenant/token"), [":tenant"]);
        assert_eq!(
            found("@HOST@:@PORT@,{b}:$PORT"),
            ["@HOST@", "@PORT@", "{b}", "$PORT"]
        );
    }

    #[test]
    fn real_parts_of_urls_and_hosts_are_none() {
        for text in [
            "",
            "https://[::1]:80/a",
            "https://[fe80::1%25eth0]/",
            "https://[2001:db8::1]/",
            "https://acme.io/a%20b%2Fc%AB%CD",
            "https://acme.io/%zz",
            "https://acme.io/%ABC%DEF",
            "https://acme.io/$metadata?$filter=a",
            "https://acme.io/Users('a')/b",
            "https://acme.io/?filter[name]=x&a[]=b",
            "https://acme.io/@me@other.io",
            "https://acme.io/@scope/pkg",
            "https://me:p@SS@acme.io/",
            "https://:80/a",
            "https://me:pw@acme.io:8443/a:b",
            "https://acme.io/a#b",
            "https://acme.io/__init__/a",
            "https://acme.io/your-account/YOURS",
            "https://acme.io/a<b",
            "<https://acme.io/token>",
            "[Log in](https://acme.io/token)",
            "https://{unclosed/b",
            "broker:9092, other:9092",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn blanking_keeps_offsets() {
        let text = "u:{p@x}@\u{e9}.io/${A}";
        let shape = blanked(text);
        assert_eq!(shape.len(), text.len());
        assert_eq!(shape.replace(FILLER, ""), "u:@\u{e9}.io/");
        assert_eq!(shape.find('@'), Some(7));
    }

    #[test]
    fn long_texts_are_read_in_little_time() {
        for part in ["{", "${", "<", "[a", "%A", "@a", "__A", "((", "\u{e9}"] {
            let long = part.repeat(200_000 / part.len());
            assert_eq!(found(&format!("{long} <x>")).last(), Some(&"<x>"), "{part}");
        }
    }
}

//! A URL with other text around it: a method before it, brackets, a note behind it.

use super::endpoint;

/// Methods of HTTP (RFC 9110 section 9, RFC 5789).
const METHODS: [&str; 8] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE",
];

/// A URL, found in a text that has more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside<'t> {
    /// The URL of an endpoint.
    pub url: &'t str,
    /// Its offset in the text.
    pub start: usize,
    /// Whether there is only a method, or nothing but brackets and quotes, around it: it goes
    /// without a loss.
    pub is_all: bool,
}

/// The only URL in a text; `None` if there is none, more than one, or nothing but blanks around it.
pub fn url_inside(text: &str) -> Option<Inside<'_>> {
    let marks: Vec<usize> = text.match_indices("://").map(|(at, _)| at).collect();
    let &[mark] = marks.as_slice() else {
        return None;
    };
    let start = ["https", "http"].iter().find_map(|scheme| {
        let start = mark.checked_sub(scheme.len())?;
        let written = text.get(start..mark)?;
        written.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    let before = &text[..start];
    let closer = before.chars().next_back().and_then(closer);
    if closer.is_none() && !before.is_empty() && !before.ends_with(char::is_whitespace) {
        return None;
    }
    let ends = |sign: char| sign.is_whitespace() || Some(sign) == closer;
    let len = text[start..].find(ends).unwrap_or(text.len() - start);
    let (mut url, mut after) = text[start..].split_at(len);
    let mut before = before;
    if let Some(closer) = closer {
        after = after.strip_prefix(closer)?;
        before = &before[..before.len() - 1];
    } else if !after.trim().is_empty() {
        url = url.trim_end_matches(['.', ',', ';', ':']);
        // What follows may also be the rest of a path with blanks.
        let is_note = after
            .trim_start()
            .starts_with(['(', '[', '<', '#', '-', '\u{2013}', '=']);
        if before.trim().is_empty() && url.len() == len && !is_note {
            return None;
        }
    }
    let is_bare = closer.is_none() && before.trim().is_empty() && after.trim().is_empty();
    if is_bare || endpoint(url).is_none() {
        return None;
    }
    let words = before.trim().trim_end_matches(':');
    let is_method = words.is_empty()
        || METHODS
            .iter()
            .any(|method| words.eq_ignore_ascii_case(method));
    let is_all = is_method && after.trim().is_empty();
    Some(Inside { url, start, is_all })
}

/// What closes a bracket or quote around a URL.
fn closer(opener: char) -> Option<char> {
    Some(match opener {
        '<' => '>',
        '(' => ')',
        '[' => ']',
        '"' | '\'' | '`' => opener,
        _ => return None,
    })
}

/// The URL without the blanks around and inside of `://`, if these were all.
pub fn without_blanks_at_scheme(text: &str) -> Option<String> {
    let mut rest = text.trim();
    let mut scheme = String::new();
    for part in ["", ":", "/", "/"] {
        let len = match part {
            "" => rest.find(|sign: char| !sign.is_ascii_alphabetic())?,
            part => rest.starts_with(part).then_some(part.len())?,
        };
        scheme.push_str(&rest[..len]);
        rest = rest[len..].trim_start();
    }
    let url = format!("{scheme}{rest}");
    (url != text.trim() && endpoint(&url).is_some()).then_some(url)
}

/// The parts of a URL that was broken over lines, as one. Also whether it is certain that nothing
/// but a line break belongs between them: there is a delimiter on one side of each.
pub fn joined<'t>(lines: impl Iterator<Item = &'t str>) -> Option<(String, bool)> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty());
    let mut url = String::new();
    let mut is_certain = true;
    let mut count = 0;
    for line in lines {
        if line.contains(char::is_whitespace) {
            return None;
        }
        let is_delimited = url.ends_with(|sign| "/?&=.-_:%".contains(sign))
            || line.starts_with(|sign| "/?&=.-_:%".contains(sign));
        is_certain &= count == 0 || is_delimited;
        url.push_str(line);
        count += 1;
    }
    let is_one = count > 1 && url.matches("://").count() == 1;
    (is_one && endpoint(&url).is_some()).then_some((url, is_certain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_only_url_is_found_and_whether_more_is_said() {
        for (text, url, is_all) in [
            ("POST https://acme.io/token", "https://acme.io/token", true),
            ("get: HTTP://acme.io/a?b=c ", "HTTP://acme.io/a?b=c", true),
            ("<https://acme.io/token>", "https://acme.io/token", true),
            ("\"https://acme.io/token\"", "https://acme.io/token", true),
            (
                "POST <https://acme.io/token>",
                "https://acme.io/token",
                true,
            ),
            (
                "see https://acme.io/token.",
                "https://acme.io/token.",
                false,
            ),
            (
                "see https://acme.io/token, please",
                "https://acme.io/token",
                false,
            ),
            (
                "https://acme.io/token (internal)",
                "https://acme.io/token",
                false,
            ),
            ("[Log in](https://acme.io/a)", "https://acme.io/a", false),
        ] {
            let found = url_inside(text).map(|found| (found.url, found.is_all));
            assert_eq!(found, Some((url, is_all)), "{text}");
        }
        for text in [
            "",
            "https://acme.io/token",
            " https://acme.io/token ",
            "https://acme.io/a https://acme.io/b",
            "https://acme.io/a b",
            "xhttps://acme.io",
            "POST /token",
            "see wss://acme.io/a",
            "<https://acme.io",
            "see https://{host}/a",
        ] {
            assert_eq!(url_inside(text), None, "{text}");
        }
    }

    #[test]
    fn blanks_at_the_scheme_go() {
        for text in [
            "https:// acme.io/a",
            "https : //acme.io/a",
            " https: / / acme.io/a",
        ] {
            let url = without_blanks_at_scheme(text);
            assert_eq!(url.as_deref(), Some("https://acme.io/a"), "{text}");
        }
        for text in [
            "https://acme.io/a",
            "https://ac me.io",
            "https:// acme.io/a b",
            "acme.io :80",
            "",
        ] {
            assert_eq!(without_blanks_at_scheme(text), None, "{text}");
        }
    }

    #[test]
    fn lines_are_joined_with_a_word_about_how_sure_that_is() {
        let join = |text: &str| joined(text.lines());
        let url = |text: &str, is_certain| Some((text.to_owned(), is_certain));
        assert_eq!(join("https://a.io/\n  b/c"), url("https://a.io/b/c", true));
        assert_eq!(join("https://a.\n\n io\n /b"), url("https://a.io/b", true));
        assert_eq!(
            join("https://a.io/to\nken"),
            url("https://a.io/token", false)
        );
        for text in [
            "https://a.io/b",
            "https://a.io/b\nhttps://c.io",
            "https://a.io/\nnot this",
            "/a\n/b",
        ] {
            assert_eq!(join(text), None, "{text}");
        }
    }
}

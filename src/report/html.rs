//! A report as one page for a browser: complete in itself, asks nobody for anything, and reads
//! without its script. Equal reports give equal bytes.

mod matrix;
mod tables;

use std::borrow::Cow;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::line::Line;
use super::questions::{Answer, answers};
use super::words::overview;
use super::{Class, FilePlace, Pattern, Report};
use crate::text::printable::breaks_line;
use matrix::{Matrix, square};

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Of protected patterns past this many, the rest is folded.
const MAX_ROWS: usize = 40;

/// The fills of squares.
const FILLS: &str = "<pattern id=\"lines\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><path class=\"lines\" d=\"M0 3h6\"/></pattern>\
    <pattern id=\"dots\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\">\
    <circle class=\"dots\" cx=\"2.5\" cy=\"2.5\" r=\"1.3\"/></pattern>";

/// The page of some documents.
pub fn page(reports: &[Report]) -> String {
    let title = match reports {
        [only] => format!("Security of {}", only.path),
        all => format!("Security of {} documents", all.len()),
    };
    let heading = match reports {
        [only] => format!("Security of {}", name(&only.path)),
        all => format!("Security of {} documents", all.len()),
    };
    let (style, script, title) = (hash(STYLE), hash(SCRIPT), escaped(&title));
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#d0t\">Skip to the tables</a>\n\
         {}\n<header>\n<h1>{heading}</h1>\n",
        definitions()
    );
    match reports {
        [only] => _ = writeln!(out, "<p>{}</p>\n</header>\n<main>", overview(only)),
        all => {
            out.push_str("</header>\n<main>\n");
            contents(all, &mut out);
        }
    }
    for (at, report) in reports.iter().enumerate() {
        document(report, at, reports.len() == 1, &mut out);
    }
    let _ = write!(
        out,
        "</main>\n<footer>\n<p>Written by asyncapi-security-lsp. It says what documents say: not how \
         long keys and tokens are good for, nor what brokers and gateways allow besides.</p>\n\
         </footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    );
    out
}

fn contents(reports: &[Report], out: &mut String) {
    out.push_str("<nav aria-label=\"Documents\">\n<ul>\n");
    for (at, report) in reports.iter().enumerate() {
        let (name, overview) = (name(&report.path), overview(report));
        let _ = writeln!(out, "<li><a href=\"#d{at}\">{name}</a> {overview}</li>");
    }
    out.push_str("</ul>\n</nav>\n");
}

fn document(report: &Report, at: usize, is_alone: bool, out: &mut String) {
    let id = format!("d{at}");
    let _ = writeln!(out, "<div class=\"document\" id=\"{id}\">");
    if !is_alone {
        let (name, overview) = (name(&report.path), overview(report));
        let _ = writeln!(out, "<h2>{name}</h2>\n<p>{overview}</p>");
    }
    // Below the heading of the document, if it has one.
    let level = if is_alone { 2 } else { 3 };
    let heading = |id: &str, text: &str| format!("<h{level} id=\"{id}\">{text}</h{level}>\n");
    out.push_str(&heading(&format!("{id}a"), "Answers"));
    out.push_str("<ul class=\"answers\">\n");
    for answer in answers(report) {
        out.push_str(&item(&answer));
    }
    out.push_str("</ul>\n");
    if !report.patterns.is_empty() {
        out.push_str(&heading(&format!("{id}p"), "Picture"));
        picture(report, &id, out);
    }
    out.push_str(&heading(&format!("{id}t"), "Tables"));
    tables::write(report, &id, level + 1, out);
    out.push_str("</div>\n");
}

/// The worst is open.
fn item(answer: &Answer) -> String {
    let (question, short) = (answer.question, &answer.short);
    if answer.lines.is_empty() {
        return format!("<li class=\"alone\"><strong>{question}</strong> {short}</li>\n");
    }
    let open = match answer.id {
        "public" | "readable" | "unseen" => " open",
        _ => "",
    };
    let lines = answer.lines.iter().map(|line| {
        let place = line.place.as_ref().map(at);
        format!("<li>{}{}</li>\n", shown(line), place.unwrap_or_default())
    });
    let lines: String = lines.collect();
    format!(
        "<li><details{open}><summary><strong>{question}</strong> {short}</summary>\n\
         <ul>\n{lines}</ul></details></li>\n"
    )
}

fn picture(report: &Report, id: &str, out: &mut String) {
    let matrix = Matrix::of(report, id);
    let patterns: Vec<(usize, &Pattern)> = report.patterns.iter().enumerate().collect();
    // They are sorted: what is protected comes last.
    let (shown, folded) = match patterns.get(MAX_ROWS..) {
        Some(rest) if !rest.is_empty() => {
            let open = rest.iter();
            let open = open.take_while(|(_, pattern)| pattern.class != Class::Protected);
            patterns.split_at(MAX_ROWS + open.count())
        }
        _ => patterns.split_at(patterns.len()),
    };
    let title = format!("What is demanded in {}", report.path);
    // For who does not see the picture.
    let about = answers(report).iter().fold(String::new(), |about, answer| {
        format!("{about}{} {} ", answer.question, answer.short)
    });
    let about = about + "The tables below say the same as the picture.";
    out.push_str("<figure aria-label=\"What is demanded\">\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" ");
    let _ = writeln!(out, "aria-label=\"Picture of what is demanded\">");
    out.push_str(&matrix.picture(shown, &title, &about));
    out.push_str("</div>\n");
    if !folded.is_empty() {
        let _ = writeln!(
            out,
            "<details><summary>{} more kinds, all <code>protected</code></summary>\n\
             <div class=\"scroll\" tabindex=\"0\" role=\"region\" \
             aria-label=\"Picture of the rest\">{}</div></details>",
            folded.len(),
            matrix.picture(folded, &title, &about)
        );
    }
    out.push_str("<figcaption>\n<ul>\n");
    for class in Class::ALL {
        let (mark, meaning) = (mark(class, false), class.meaning());
        let word = class.word();
        let _ = writeln!(out, "<li>{mark}<strong>{word}</strong>: {meaning}</li>");
    }
    let secret = mark(Class::Readable, true);
    let _ = writeln!(
        out,
        "<li>{secret}a corner: a password, key or token can be read</li>\n\
         <li>full dot: needed in every way in; half: in some; a line: together; a small number: \
         scopes</li>\n</ul>\n</figcaption>\n</figure>"
    );
}

/// The mark of a class, for a line of text beside its word.
fn mark(class: Class, has_secret: bool) -> String {
    let id = mark_id(class, has_secret);
    format!("<svg width=\"26\" height=\"24\" aria-hidden=\"true\"><use href=\"#{id}\"/></svg>")
}

fn mark_id(class: Class, has_secret: bool) -> String {
    format!(
        "m-{}{}",
        class.word(),
        if has_secret { "-secret" } else { "" }
    )
}

/// Fills and marks, for the whole page.
fn definitions() -> String {
    let marks = Class::ALL.into_iter().flat_map(|class| {
        [false, true].map(|has_secret| {
            let (id, square) = (mark_id(class, has_secret), square(class, has_secret, 2, 3));
            format!("<g id=\"{id}\">{square}</g>")
        })
    });
    let marks: String = marks.collect();
    format!("<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>{FILLS}{marks}</defs></svg>")
}

fn shown(line: &Line) -> String {
    line.write_with(|words| escaped(words).into_owned(), name)
}

/// A text of the document. It is text, never an address that leads somewhere.
fn name(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn at(place: &FilePlace) -> String {
    let place = format!("{}:{}", place.path, place.line);
    format!(" <span class=\"soft\">({})</span>", escaped(&place))
}

/// A text that cannot act, in an element or in a quoted attribute (HTML, 13.1.2.3 and 13.1.4). What
/// steers the direction of writing is taken out, so that it cannot make another text of it.
fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|sign: char| breaks_line(sign) || "&<>\"'".contains(sign)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            sign if breaks_line(sign) => out.push('\u{fffd}'),
            sign => out.push(sign),
        }
    }
    Cow::Owned(out)
}

/// The beginning of a text that is too long for a picture.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some(_) => text.chars().take(most - 1).chain(['\u{2026}']).collect(),
        None => text.to_owned(),
    }
}

/// The source of a policy for an element with that text (Content Security Policy 3, 2.3.1).
fn hash(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::from("sha256-");
    for bytes in Sha256::digest(text).chunks(3) {
        let byte = |at: usize| u32::from(bytes.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at > bytes.len() { '=' } else { sign.into() });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_act() {
        assert_eq!(
            escaped("<script>alert('a & \"b\"')</script>\u{202e}\n"),
            "&lt;script&gt;alert(&#39;a &amp; &quot;b&quot;&#39;)&lt;/script&gt;\u{fffd}\u{fffd}"
        );
        assert_eq!(escaped("orders/{id}"), "orders/{id}");
        assert_eq!(cut("\u{e4}bcd", 3), "\u{e4}b\u{2026}");
    }

    #[test]
    fn a_policy_has_the_hash_as_base64() {
        // FIPS 180-4: SHA-256 of the empty text.
        assert_eq!(
            hash(""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
    }
}

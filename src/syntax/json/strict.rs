//! JSON through `jsonc-parser`, an established parser: the grammar of numbers and literals, and a
//! second opinion on chunks that are not plainly well formed.

use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::Token;
use jsonc_parser::{
    ParseOptions, ParseStringErrorKind, Scanner, ScannerOptions, parse_to_serde_value,
};
use serde::de::IgnoredAny;

use super::lexer::line_end;
use crate::syntax::leaf::builder::LeafBuilder;
use crate::syntax::leaf::{Frame, SyntaxErrorKind};
use crate::text::range::TextRange;

/// How often a chunk is parsed at most: once more after each error that does not hide others.
const MAX_ROUNDS: usize = 16;
/// How many bytes are parsed for that at most.
const MAX_WORK: usize = 1 << 20;

/// JSON according to RFC 8259.
const JSON: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The same for its tokens.
const TOKENS: ScannerOptions = ScannerOptions {
    allow_single_quoted_strings: JSON.allow_single_quoted_strings,
    allow_hexadecimal_numbers: JSON.allow_hexadecimal_numbers,
    allow_unary_plus_numbers: JSON.allow_unary_plus_numbers,
    allow_bare_decimal_point_numbers: JSON.allow_bare_decimal_point_numbers,
    allow_non_finite_numbers: JSON.allow_non_finite_numbers,
    allow_extended_string_escapes: JSON.allow_extended_string_escapes,
};

/// The message for the first comment of a document.
pub const COMMENT: &str = "JSON has no comments, remove them or name the file `.jsonc`";
/// The message for a comma after the last member or item.
pub const TRAILING_COMMA: &str = "JSON has no trailing commas, remove this `,`";

/// Whether a bare word is a number or literal (RFC 8259, sections 3 and 6).
pub fn is_value(word: &str) -> bool {
    let mut scanner = Scanner::new(word, &TOKENS);
    let token = scanner.scan();
    let is_whole = scanner.token_start() == 0 && scanner.token_end() == word.len();
    is_whole
        && matches!(
            token,
            Ok(Some(Token::Number(_) | Token::Boolean(_) | Token::Null))
        )
}

/// Reports the first error that the parser finds, unless an error of the tolerant reader explains
/// it, and what only `.jsonc` allows.
pub fn judge(text: &str, frame: Frame, builder: &mut LeafBuilder) {
    // Adding a member or an item makes a last comma one between two of them.
    let (open, close) = match (frame, builder.ends_with_comma) {
        (Frame::Document, _) => ("", ""),
        (Frame::Entries, false) => ("{", "\n}"),
        (Frame::Entries, true) => ("{", "\n\"\":0}"),
        (Frame::Items, false) => ("[", "\n]"),
        (Frame::Items, true) => ("[", "\n0]"),
    };
    // The parser does not accept a byte order mark.
    let has_anchors = frame == Frame::Document && text.starts_with('\u{feff}');
    let mark = if has_anchors {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut source = format!("{open}{}{close}", text.get(mark..).unwrap_or(""));
    let faults = builder.errors().iter();
    let grammar = faults.filter(|error| error.kind == SyntaxErrorKind::Grammar);
    let first = grammar.map(|error| error.range.start()).min();
    let mut options = JSON;
    // In a broken chunk the comma may be right and the bracket wrong.
    options.allow_trailing_commas = first.is_some();
    let rounds = (MAX_WORK / source.len().max(1)).clamp(1, MAX_ROUNDS);
    for _ in 0..rounds {
        let Err(error) = parse_to_serde_value::<IgnoredAny>(&source, &options) else {
            return;
        };
        let (start, end) = (error.range().start, error.range().end);
        let at = |offset: usize| (offset + mark).saturating_sub(open.len());
        let place = visible(text, at(start), at(end));
        match error.kind() {
            ParseErrorKind::CommentsNotAllowed => {
                builder.error(place, SyntaxErrorKind::Comment, COMMENT);
                options.allow_comments = true;
            }
            ParseErrorKind::TrailingCommasNotAllowed => {
                builder.error(place, SyntaxErrorKind::TrailingComma, TRAILING_COMMA);
                source.replace_range(start..end, " ");
            }
            // Half of a surrogate pair, which the grammar allows (RFC 8259, section 8.2).
            ParseErrorKind::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_))
                if source.is_char_boundary(start + "\\u0000".len()) =>
            {
                source.replace_range(start..start + "\\u0000".len(), "\\u0000");
            }
            // Limits of the parser, not of the grammar: depth, and the size of numbers.
            ParseErrorKind::NestingDepthExceeded | ParseErrorKind::Custom(_) => return,
            kind => {
                if first.is_none_or(|first| first > explains(text, place.end())) {
                    builder.error(place, SyntaxErrorKind::Grammar, words(kind));
                }
                return;
            }
        }
    }
}

/// How far after an error of the parser one of the tolerant reader may start to count as the same.
/// The parser reports the start of what it could not finish.
fn explains(text: &str, fault: usize) -> usize {
    (0..2).fold(fault, |at, _| line_end(text.as_bytes(), at) + 1)
}

/// The parser's message, or ours where it is more helpful.
fn words(kind: &ParseErrorKind) -> String {
    if matches!(kind, ParseErrorKind::UnexpectedTokenInObject) {
        return "write `,` and a key before this, or remove it".to_owned();
    }
    let mut words = kind.to_string();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    words
}

/// The part of a range that is in the text, at least one character long.
fn visible(text: &str, start: usize, end: usize) -> TextRange {
    let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
    let start = start.min(last);
    let rest = text.get(start..).unwrap_or("");
    let least = start + rest.chars().next().map_or(0, char::len_utf8);
    TextRange::new(start, end.clamp(least, text.len()))
}

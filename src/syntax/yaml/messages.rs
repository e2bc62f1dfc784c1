//! Our own messages for the strict parser's errors: what is wrong and what to do.

use granit_parser::{ErrorKind, ScanError};

use crate::syntax::leaf::MAX_DEPTH;

/// The message for an error.
pub fn of(error: &ScanError) -> String {
    let message = match error.kind() {
        ErrorKind::UnclosedFlowCollection { open } => {
            let close = if *open == '[' { ']' } else { '}' };
            return format!("this `{open}` is never closed; add `{close}`");
        }
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("`{close}` does not close `{open}`; use the bracket that does");
        }
        ErrorKind::UnexpectedEofFlowSequence | ErrorKind::ExpectedFlowSequenceSeparator => {
            "a `,` or `]` is missing here"
        }
        ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::ExpectedFlowMappingSeparator => "a `,` or `}` is missing here",
        ErrorKind::MisplacedFlowCollectionEnd => {
            "nothing is open that this bracket closes; remove it"
        }
        ErrorKind::UnclosedQuotedScalar => "a quote is never closed; add one where the text ends",
        ErrorKind::DocumentIndicatorInQuotedScalar => {
            "the quote before this is not closed; close it before the document ends"
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "unexpected text after the closing quote; remove it or put all in quotes"
        }
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => "this is not an escape; write `\\\\` for a backslash",
        ErrorKind::TabInIndentation
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabNotAllowed => "a tab cannot indent YAML; use spaces",
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => {
            "the indentation fits nothing above; indent this more than the key it belongs to"
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::SimpleKeyExpected => {
            "a key with a `:` is expected here; write `key: value`"
        }
        ErrorKind::InvalidSimpleKey => {
            "a key must stand on one line and be followed by `:`; shorten it or add the `:`"
        }
        ErrorKind::MappingKeyNotAllowed => {
            "a `? ` cannot stand here; put the text in quotes or start a new line"
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            "a `: ` cannot stand here; put the text in quotes or start a new line"
        }
        ErrorKind::ExpectedBlockSequenceEntry => "a `- ` is expected here, as in the items above",
        ErrorKind::BlockSequenceEntryNotAllowed => {
            "a list item cannot start here; put it on its own line"
        }
        ErrorKind::BlockEntryInFlowCollection => {
            "`- ` cannot stand inside brackets; separate the items by `,`"
        }
        ErrorKind::ExpectedNodeContent => "a value is expected here",
        ErrorKind::MissingAnchorOrAliasName => {
            "an anchor or alias needs a name; write it right after `&` or `*`"
        }
        ErrorKind::UndeclaredTagHandle => "no `%TAG` directive declares this tag's handle; add one",
        ErrorKind::MissingTagUri => "a tag needs a name; write it right after the `!`",
        ErrorKind::CommentNotSeparated => "put a space before the `#` of a comment",
        ErrorKind::CommentInterceptedScalar => {
            "a comment ends the text before it; put the text in quotes or move the comment"
        }
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            return format!("remove the character U+{:04X}", u32::from(*character));
        }
        ErrorKind::ExpectedDocumentStart => "a line `---` is expected before this; add it",
        ErrorKind::MissingDocumentEndBeforeDirective => {
            "end the document before this directive with a line `...`"
        }
        ErrorKind::UnexpectedCharacter { character } => {
            return cannot_start_with(*character);
        }
        _ if error.info().contains("may not precede any of") => "put a space after the `:`",
        _ => return plain(&error.info()),
    };
    message.to_owned()
}

/// The message for a value without quotes that starts with such a character.
pub fn cannot_start_with(character: char) -> String {
    let shown = match character {
        '`' => "a backtick".to_owned(),
        other => format!("`{}`", other.escape_default()),
    };
    format!("a value cannot start with {shown}; put it in quotes")
}

/// The message where the limit of depth is reached.
pub fn too_deep() -> String {
    format!("nested deeper than {MAX_DEPTH} levels; what is inside is not looked at")
}

/// The parser's own message without its preamble.
fn plain(info: &str) -> String {
    let rest = match info.split_once(", ") {
        Some((before, after)) if before.starts_with("while ") => after,
        _ => info,
    };
    let mut text = rest.trim_end_matches('.').to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}

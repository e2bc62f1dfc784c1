//! Converts semantic tokens (LSP 3.17, `textDocument/semanticTokens`).

use tower_lsp::ls_types as lsp;

use super::position;
use crate::ide::semantic_tokens::{SemanticToken, TokenKind};
use crate::text::{Encoding, Text};

/// The types and modifiers, of which tokens have the indexes. Themes colour standard types only.
pub fn legend() -> lsp::SemanticTokensLegend {
    lsp::SemanticTokensLegend {
        token_types: vec![
            lsp::SemanticTokenType::CLASS,
            lsp::SemanticTokenType::ENUM,
            lsp::SemanticTokenType::ENUM_MEMBER,
        ],
        token_modifiers: vec![lsp::SemanticTokenModifier::DECLARATION],
    }
}

fn index(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Scheme => 0,
        TokenKind::Flow => 1,
        TokenKind::Scope => 2,
    }
}

/// Each token relative to the one before it. They are sorted, and each is on one line.
pub fn encoded(text: &Text, tokens: &[SemanticToken], encoding: Encoding) -> lsp::SemanticTokens {
    let mut before = lsp::Position::default();
    let data = tokens.iter().map(|token| {
        let start = position(text, token.range.start(), encoding);
        let end = position(text, token.range.end(), encoding);
        let delta_line = start.line - before.line;
        let delta_start = match delta_line {
            0 => start.character - before.character,
            _ => start.character,
        };
        before = start;
        lsp::SemanticToken {
            delta_line,
            delta_start,
            length: end.character - start.character,
            token_type: index(token.kind),
            token_modifiers_bitset: u32::from(token.is_declaration),
        }
    });
    lsp::SemanticTokens {
        result_id: None,
        data: data.collect(),
    }
}

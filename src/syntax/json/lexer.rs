//! Tokens of JSON, including half-typed ones.

use memchr::{memchr2, memchr3, memmem};

use super::{strict, strings};
use crate::syntax::invisible;
use crate::syntax::leaf::{Frame, MAX_DEPTH};

/// Tokens nested deeper than this are dropped, so that hostile text stays cheap. Far beyond
/// [`MAX_DEPTH`], where the parser stops.
const LEX_DEPTH: usize = 4 * MAX_DEPTH;
/// How long a tag of XML can be, in bytes. A line may have any number of signs that could open one.
const MAX_TAG: usize = 1 << 10;

/// A string that contains a backslash.
pub const ESCAPED: u8 = 1;
/// A string that contains a control character.
pub const CONTROL: u8 = 2;
/// A string without its closing quote.
pub const UNCLOSED: u8 = 4;
/// A string with bare quotes inside (`"the "best" one"`).
pub const INNER: u8 = 8;
/// A word that ends with a quote (`name": 1`), or a string whose quote is doubled (`""a"`).
pub const STRAY: u8 = 16;
/// A string whose closing quote is doubled (`"a""`).
pub const TRAILING: u8 = 64;
/// The first token of its line.
pub const FIRST: u8 = 32;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    OpenBrace,
    OpenBracket,
    CloseBrace,
    CloseBracket,
    Comma,
    Colon,
    Double,
    Single,
    Word,
}

impl TokenKind {
    pub fn is_open(self) -> bool {
        matches!(self, Self::OpenBrace | Self::OpenBracket)
    }

    pub fn is_close(self) -> bool {
        matches!(self, Self::CloseBrace | Self::CloseBracket)
    }

    pub fn is_scalar(self) -> bool {
        matches!(self, Self::Double | Self::Single | Self::Word)
    }

    /// Whether the closer `self` has the kind of the opener.
    pub fn closes(self, opener: Self) -> bool {
        matches!(
            (opener, self),
            (Self::OpenBrace, Self::CloseBrace) | (Self::OpenBracket, Self::CloseBracket)
        )
    }
}

/// One token: kind, range in the text, flags.
#[derive(Debug, Clone, Copy)]
pub struct JsonToken {
    pub start: u32,
    pub end: u32,
    pub kind: TokenKind,
    pub flags: u8,
}

impl JsonToken {
    pub fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub fn start(self) -> usize {
        self.start as usize
    }

    pub fn end(self) -> usize {
        self.end as usize
    }
}

/// The tokens of a text.
#[derive(Debug, Default)]
pub struct Lexed {
    pub tokens: Vec<JsonToken>,
    /// Where a `/*` starts that is never closed; it is taken to end with its line.
    pub open_comments: Vec<(usize, usize)>,
    /// Where the text gets too deep to be read.
    pub too_deep: Option<usize>,
    /// Invisible characters in place of blanks.
    pub invisible: Vec<(usize, char)>,
    /// Whether there is a comment, or a comma before a closing bracket, which JSON does not allow.
    pub is_loose: bool,
}

/// Splits the text into tokens. Comments and blanks produce none.
pub fn lex(text: &str, frame: Frame) -> Lexed {
    let mut lexer = Lexer {
        source: text,
        text: text.as_bytes(),
        at: 0,
        first: FIRST,
        line_opens: 0,
        depth: 0,
        comments_close: true,
        out: Lexed::default(),
    };
    lexer.out.tokens.reserve(text.len() / 8);
    if frame == Frame::Document && text.starts_with('\u{feff}') {
        lexer.at = '\u{feff}'.len_utf8();
    }
    lexer.run();
    lexer.out
}

struct Lexer<'t> {
    source: &'t str,
    text: &'t [u8],
    at: usize,
    /// [`FIRST`] until the line has a token.
    first: u8,
    /// Number of tokens before the current line, to examine the line's brackets again.
    line_opens: usize,
    depth: usize,
    /// Cleared when a search for `*/` reaches the end of the text: no later search can succeed.
    comments_close: bool,
    out: Lexed,
}

impl Lexer<'_> {
    /// Skips an invisible character, which is taken for a blank.
    fn pass_invisible(&mut self) {
        if let Some(sign) = invisible::sign_at(self.text, self.at) {
            self.out.invisible.push((self.at, sign));
            self.at += sign.len_utf8();
        }
    }

    fn run(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                0xc2.. if invisible::sign_at(self.text, self.at).is_some() => self.pass_invisible(),
                b'\n' | b'\r' => {
                    self.at += 1;
                    self.new_line();
                }
                b'"' => self.string(b'"', TokenKind::Double),
                b',' => self.push(TokenKind::Comma, self.at + 1, 0),
                b':' => self.push(TokenKind::Colon, self.at + 1, 0),
                b'{' => self.open(TokenKind::OpenBrace),
                b'[' => self.open(TokenKind::OpenBracket),
                b'}' => self.close(TokenKind::CloseBrace),
                b']' => self.close(TokenKind::CloseBracket),
                b'\'' => self.string(b'\'', TokenKind::Single),
                b'/' if self.text.get(self.at + 1) == Some(&b'/') => {
                    self.out.is_loose = true;
                    self.at = line_end(self.text, self.at);
                }
                b'/' if self.text.get(self.at + 1) == Some(&b'*') => self.block_comment(),
                _ => self.word(),
            }
        }
    }

    fn new_line(&mut self) {
        self.first = FIRST;
        self.line_opens = self.out.tokens.len();
    }

    fn push(&mut self, kind: TokenKind, end: usize, flags: u8) {
        if self.depth <= LEX_DEPTH {
            self.out.tokens.push(JsonToken {
                start: u32::try_from(self.at).unwrap_or(u32::MAX),
                end: u32::try_from(end).unwrap_or(u32::MAX),
                kind,
                flags: flags | self.first,
            });
        }
        self.first = 0;
        self.at = end;
    }

    fn open(&mut self, kind: TokenKind) {
        self.depth += 1;
        if self.depth > LEX_DEPTH && self.out.too_deep.is_none() {
            self.out.too_deep = Some(self.at);
        }
        self.push(kind, self.at + 1, 0);
    }

    fn close(&mut self, kind: TokenKind) {
        let before = self.out.tokens.last().map(|token| token.kind);
        self.out.is_loose |= before == Some(TokenKind::Comma);
        self.push(kind, self.at + 1, 0);
        self.depth = self.depth.saturating_sub(1);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let inside = self.text.get(start + 2..).unwrap_or(&[]);
        let close = if self.comments_close {
            memmem::find(inside, b"*/")
        } else {
            None
        };
        let Some(close) = close else {
            self.comments_close = false;
            self.at = line_end(self.text, start);
            self.out.open_comments.push((start, self.at));
            return;
        };
        self.out.is_loose = true;
        self.at = start + close + 4;
        let comment = self.text.get(start..self.at).unwrap_or(&[]);
        if memchr2(b'\n', b'\r', comment).is_some() {
            self.new_line();
        }
    }

    fn string(&mut self, quote: u8, kind: TokenKind) {
        let scan = strings::scan(self.text, self.at + 1, quote);
        let sound = scan.closed && strings::may_follow(self.text, scan.end);
        if sound {
            if strings::is_doubled(self.text, scan.end, quote) {
                self.push(kind, scan.end + 1, scan.flags | TRAILING);
            } else {
                self.push(kind, scan.end, scan.flags);
            }
            return;
        }
        let before = self.out.tokens.last().map(|token| token.kind);
        let line = self.out.tokens.get(self.line_opens..).unwrap_or(&[]);
        let cut = strings::mend(self.text, self.at, quote, scan, before, line);
        self.push(kind, cut.end, cut.flags);
    }

    /// The end of a tag of XML that stands where no value is due: `<a b="c">`.
    fn tag_end(&self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let before = self.out.tokens.last().map(|token| token.kind);
        let is_tag = rest.first() == Some(&b'<')
            && matches!(rest.get(1), Some(b'/' | b'a'..=b'z' | b'A'..=b'Z'))
            && before != Some(TokenKind::Colon);
        if !is_tag {
            return None;
        }
        let rest = &rest[..rest.len().min(MAX_TAG)];
        let end = memchr3(b'>', b'\n', b'\r', rest)?;
        (rest[end] == b'>').then_some(self.at + end + 1)
    }

    fn word(&mut self) {
        if let Some(end) = self.tag_end() {
            self.push(TokenKind::Word, end, 0);
            return;
        }
        let mut end = self.word_end(self.at);
        let mut flags = 0;
        if self.holds_colon(end) {
            end = self.word_end(end + 1);
        }
        // Several bare words in a row are one text without its quotes; a valid number or literal is
        // a separate value.
        if !strict::is_value(self.source.get(self.at..end).unwrap_or("")) {
            loop {
                let next = skip_blanks(self.text, end);
                let more = self.word_end(next);
                if more == next || self.text.get(next) == Some(&b'\'') {
                    break;
                }
                end = more;
            }
        }
        // `name": 1` and `"a": text",`: the quote closes a string that was never opened.
        if self.text.get(end) == Some(&b'"') && strings::may_follow(self.text, end + 1) {
            end += 1;
            flags |= STRAY;
        }
        if end == self.at {
            // Only for bytes that start no token: skip one to make progress.
            end += 1;
        }
        self.push(TokenKind::Word, end, flags);
    }

    /// Whether the colon at `at` is part of a bare word: in `"host": localhost:80` it cannot end a
    /// key, in `pay:read": 1` the quote after it shows that it does not.
    fn holds_colon(&self, at: usize) -> bool {
        if self.text.get(at) != Some(&b':') || at == self.at {
            return false;
        }
        let end = self.word_end(at + 1);
        let before = self.out.tokens.last().map(|token| token.kind);
        let is_value = self.first == 0 && before == Some(TokenKind::Colon);
        let has_quote = self.text.get(end) == Some(&b'"') && strings::is_end(self.text, end + 1);
        end > at + 1 && (is_value || has_quote)
    }

    /// The end of a run of bytes that belong to a bare word.
    fn word_end(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(&byte) = self.text.get(at) {
            let next = self.text.get(at + 1).copied();
            let ends = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b'"' | b',' | b'{' | b'}' | b'[' | b']' => true,
                // `https://...` without quotes.
                b':' if next == Some(b'/')
                    && self.text.get(at + 2) == Some(&b'/')
                    && at > start =>
                {
                    at += 2;
                    false
                }
                b':' => true,
                // An escaped quote does not open a string.
                b'\\' if matches!(next, Some(b'"' | b'\'' | b'\\')) => {
                    at += 1;
                    false
                }
                b'/' => matches!(next, Some(b'/' | b'*')),
                _ => false,
            };
            if ends {
                break;
            }
            at += 1;
        }
        at
    }
}

/// The end of the line that contains `at`, without its line break.
pub fn line_end(text: &[u8], at: usize) -> usize {
    memchr2(b'\n', b'\r', text.get(at..).unwrap_or(&[])).map_or(text.len(), |found| at + found)
}

/// The offset of the first byte from `at` on that is neither space nor tab.
pub fn skip_blanks(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or(&[]);
    at + rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

//! Documents that went wrong: what people mistype, paste and merge.

use asyncapi_security_lsp::syntax::format::Format;

use crate::documents::Source;

/// Random numbers that are the same for a seed on every machine (splitmix64).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        (!items.is_empty()).then(|| &items[self.below(items.len())])
    }
}

/// Keys, values and lines that security objects are made of, right and wrong.
const PIECES: &[&str] = &[
    "$ref",
    "ref",
    "type",
    "scheme",
    "in",
    "name",
    "flows",
    "flow",
    "implicit",
    "authorizationCode",
    "authorization_code",
    "clientCredentials",
    "accessCode",
    "scopes",
    "availableScopes",
    "security",
    "securitySchemes",
    "Security",
    "servers",
    "operations",
    "components",
    "oauth2",
    "oauth",
    "http",
    "httpApiKey",
    "apiKey",
    "openIdConnect",
    "userPassword",
    "X509",
    "SASL",
    "plain",
    "scramSha256",
    "Bearer",
    "header",
    "user",
    "cookie",
    "3.0.0",
    "2.6.0",
    "2.0.0",
    "null",
    "~",
    "true",
    "123",
    "''",
    "[]",
    "{}",
    "[read, read]",
    "{read: a, read: b}",
    "'#/components/securitySchemes/a'",
    "#/components/securitySchemes/a",
    "https://user:pass@auth.example.com/token",
    "https://auth.example.com/a b",
    " https://auth.example.com/token ",
    "https: //auth.example.com",
    "*a",
    "&a",
    "<<",
    "x-y",
    "é",
];

/// A document after one to four mutations.
pub fn mutant(sources: &[Source], random: &mut Random) -> Source {
    let mut source = sources[random.below(sources.len())].clone();
    let other = &sources[random.below(sources.len())];
    for _ in 0..=random.below(4) {
        source.text = mutated(&source, other, random);
    }
    source
}

fn mutated(source: &Source, other: &Source, random: &mut Random) -> String {
    let text = &source.text;
    let tokens = tokens(text);
    let near = near(text, &tokens);
    let Some(&(start, end)) = random.of(&near) else {
        return other.text.clone();
    };
    let with = |new: &str| format!("{}{new}{}", &text[..start], &text[end..]);
    let quote = |new: &str| match source.format {
        Format::Json if !new.starts_with(['[', '{', '"']) => format!("\"{new}\""),
        _ => new.to_owned(),
    };
    match random.below(14) {
        // Another word of the same document, of another one, or one that is known.
        0 | 1 => {
            let (from, to) = near[random.below(near.len())];
            with(&text[from..to])
        }
        2 | 3 => {
            let theirs = self::tokens(&other.text);
            let (from, to) = *random.of(&theirs).unwrap_or(&(0, 0));
            with(other.text[from..to].trim_matches('"'))
        }
        4 | 5 => with(random.of(PIECES).unwrap_or(&"")),
        6 => with(""),
        7 => match text[start..end].chars().next() {
            Some(first) if random.below(2) == 0 => with(&text[start + first.len_utf8()..end]),
            _ => with(&text[start..end].to_uppercase()),
        },
        8 => {
            let piece = random.of(PIECES).unwrap_or(&"");
            let value = random.of(PIECES).unwrap_or(&"");
            let colon = format!("{}: {}", quote(piece), quote(value));
            insert_line(source, start, &colon)
        }
        9..=12 => lines(source, other, start, random),
        _ => {
            let sign = [
                ":", " ", "\"", "- ", "#", ",", "\n", "'", "{", "]", "\t", "é",
            ];
            let sign = sign[random.below(sign.len())];
            format!("{}{sign}{}", &text[..start], &text[start..])
        }
    }
}

/// A new line above the one of an offset, with the same indentation.
fn insert_line(source: &Source, at: usize, line: &str) -> String {
    let text = &source.text;
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[start..];
    let indent = rest.len() - rest.trim_start_matches(' ').len();
    let comma = if source.format == Format::Json {
        ","
    } else {
        ""
    };
    format!(
        "{}{}{line}{comma}\n{rest}",
        &text[..start],
        " ".repeat(indent)
    )
}

/// Lines removed, doubled, moved, indented otherwise, or taken from another document.
fn lines(source: &Source, other: &Source, at: usize, random: &mut Random) -> String {
    let text = &source.text;
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let line = text[..at].matches('\n').count().min(lines.len() - 1);
    let count = (1 + random.below(4)).min(lines.len() - line);
    match random.below(6) {
        0 => drop(lines.drain(line..line + count)),
        1 => {
            let same: Vec<String> = lines[line..line + count].to_vec();
            lines.splice(line..line, same);
        }
        2 => {
            let moved: Vec<String> = lines.drain(line..line + count).collect();
            let to = random.below(lines.len() + 1);
            lines.splice(to..to, moved);
        }
        3 => {
            let blanks = " ".repeat(1 + random.below(4));
            for line in &mut lines[line..line + count] {
                line.insert_str(0, &blanks);
            }
        }
        4 => {
            for line in &mut lines[line..line + count] {
                let blanks = line.len() - line.trim_start_matches(' ').len();
                line.drain(..blanks.min(2));
            }
        }
        _ => {
            let theirs: Vec<&str> = other.text.split_inclusive('\n').collect();
            if !theirs.is_empty() {
                let from = random.below(theirs.len());
                let to = (from + 1 + random.below(6)).min(theirs.len());
                lines.splice(line..line, theirs[from..to].iter().map(|s| (*s).to_owned()));
            }
        }
    }
    lines.concat()
}

/// The words of a text: what stands between blanks, quotes, brackets and commas.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, sign) in text.char_indices().chain([(text.len(), ' ')]) {
        let is_between = sign.is_whitespace() || "\"'{}[],".contains(sign);
        match start {
            None if !is_between => start = Some(at),
            Some(from) if is_between => {
                let word = text[from..at].trim_end_matches(':');
                found.push((from, from + word.len()));
                start = None;
            }
            _ => {}
        }
    }
    found.retain(|(from, to)| from < to);
    found
}

/// The words near to what looks like security; all if there are none.
fn near(text: &str, tokens: &[(usize, usize)]) -> Vec<(usize, usize)> {
    const SIGNS: &[&str] = &["ecurity", "flows", "cope", "Url", "ref", "scheme", "oauth"];
    const NEAR: usize = 8;
    let is_sign = |&(from, to): &(usize, usize)| {
        let word = &text[from..to];
        SIGNS.iter().any(|sign| word.contains(sign))
    };
    let signs: Vec<bool> = tokens.iter().map(is_sign).collect();
    let is_near =
        |at: usize| signs[at.saturating_sub(NEAR)..(at + NEAR).min(signs.len())].contains(&true);
    let close = (0..tokens.len()).filter(|at| is_near(*at));
    let close: Vec<(usize, usize)> = close.map(|at| tokens[at]).collect();
    if close.is_empty() {
        tokens.to_vec()
    } else {
        close
    }
}

/// The smallest text of some lines of this one that is still as it should be.
pub fn shrunk(text: &str, is_kept: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut size = lines.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let mut is_smaller = false;
        while at < lines.len() {
            let end = (at + size).min(lines.len());
            let rest = [&lines[..at], &lines[end..]].concat();
            if !rest.is_empty() && is_kept(&rest.concat()) {
                lines = rest;
                is_smaller = true;
            } else {
                at = end;
            }
        }
        if size == 1 && !is_smaller {
            break;
        }
        size = if size == 1 { 1 } else { size / 2 };
    }
    lines.concat()
}

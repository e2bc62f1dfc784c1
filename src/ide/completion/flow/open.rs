//! The collections in brackets that are open, read token by token.

use crate::ide::completion::cursor::{MAX_SIBLINGS, Sibling};
use crate::ide::completion::lex::{Kind, Token};
use crate::ide::place::Segment;

/// A collection that is open at the cursor.
#[derive(Debug)]
pub struct Open {
    /// Whether it is a mapping.
    pub map: bool,
    /// The way to it.
    pub path: Vec<Segment>,
    /// The key whose value is still to come.
    pub key: Option<String>,
    /// Whether its colon is there.
    pub after_colon: bool,
    /// The members that are done.
    pub siblings: Vec<Sibling>,
    /// The scalars of a list that are done.
    pub items: Vec<String>,
}

impl Open {
    /// One in which nothing is read yet.
    pub fn new(map: bool, path: Vec<Segment>) -> Self {
        Self {
            map,
            path,
            key: None,
            after_colon: false,
            siblings: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Takes a scalar (or, without a text, a whole collection) as the next key, value or item.
    fn take(&mut self, text: Option<&str>) {
        if self.siblings.len() + self.items.len() >= MAX_SIBLINGS {
            return;
        }
        if !self.map {
            self.items.extend(text.map(str::to_owned));
        } else if self.after_colon {
            self.end_member(text);
        } else {
            self.end_member(None);
            self.key = text.map(str::to_owned);
        }
    }

    /// What follows is another member.
    pub fn end_member(&mut self, value: Option<&str>) {
        if let Some(key) = self.key.take() {
            self.siblings.push(Sibling {
                key,
                value: value.map(str::to_owned),
            });
        }
        self.after_colon = false;
    }

    fn inner_path(&self) -> Vec<Segment> {
        let mut path = self.path.clone();
        path.push(match &self.key {
            Some(key) if self.map => Segment::Key(key.clone()),
            _ => Segment::Item,
        });
        path
    }
}

/// Goes over a token of `source`, which stands at `base`.
pub fn step(open: &mut Vec<Open>, token: Token, source: &str, base: usize) {
    match token.kind {
        Kind::Mark(mark @ (b'{' | b'[')) => {
            let path = open.last().map_or_else(Vec::new, Open::inner_path);
            if open.len() < 64 {
                open.push(Open::new(mark == b'{', path));
            }
        }
        Kind::Mark(b'}' | b']') => {
            open.pop();
            if let Some(outer) = open.last_mut() {
                outer.take(None);
            }
        }
        Kind::Mark(b':') => {
            if let Some(innermost) = open.last_mut() {
                innermost.after_colon = innermost.map;
            }
        }
        Kind::Mark(_) => {
            if let Some(innermost) = open.last_mut() {
                innermost.end_member(None);
            }
        }
        _ => {
            if let Some(innermost) = open.last_mut() {
                innermost.take(Some(token.text(source, base)));
            }
        }
    }
}

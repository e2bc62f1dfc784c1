//! Sentences in which what the document says stays apart from our own words, so that each format can
//! make it harmless in its own way.

use super::FilePlace;

/// More names than this are counted, not listed.
const MAX_NAMES: usize = 12;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Our own words.
    Words(String),
    /// A text of the document.
    Name(String),
}

/// A sentence, with the place that it speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its parts, with the spaces between them.
    pub pieces: Vec<Piece>,
    /// The place.
    pub place: Option<FilePlace>,
}

impl Line {
    /// A sentence of a format.
    pub fn write(&self, name: impl Fn(&str) -> String) -> String {
        self.write_with(str::to_owned, name)
    }

    /// The same where our own words have to be written in a way too.
    pub fn write_with(
        &self,
        words: impl Fn(&str) -> String,
        name: impl Fn(&str) -> String,
    ) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Words(text) => words(text),
            Piece::Name(text) => name(text),
        });
        pieces.collect()
    }

    /// An empty one about a place.
    pub(super) fn at(place: Option<&FilePlace>) -> Self {
        Self {
            pieces: Vec::new(),
            place: place.cloned(),
        }
    }

    /// Adds words of ours.
    pub(super) fn words(mut self, text: impl Into<String>) -> Self {
        self.pieces.push(Piece::Words(text.into()));
        self
    }

    /// Adds a text of the document.
    pub(super) fn name(mut self, text: &str) -> Self {
        self.pieces.push(Piece::Name(text.to_owned()));
        self
    }

    /// Adds another one.
    pub(super) fn line(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Adds names with commas.
    pub(super) fn names<'n>(mut self, names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        let more = names.len().saturating_sub(MAX_NAMES);
        for (at, name) in names.take(MAX_NAMES).enumerate() {
            if at > 0 {
                self = self.words(", ");
            }
            self = self.name(name);
        }
        match more {
            0 => self,
            more => self.words(format!(" and {more} more")),
        }
    }
}

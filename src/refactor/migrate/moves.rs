//! What was moved on the way, so that references follow and reasons are shown where it was.

use std::collections::HashMap;

/// Moves from one JSON Pointer to another one, in stages: what moved in one stage can move again in
/// the next one, itself or with what it is in.
#[derive(Debug, Default)]
pub(super) struct Moves {
    stages: Vec<Stage>,
}

/// Moves that happen at once.
#[derive(Debug, Default)]
struct Stage {
    /// The new pointers by the old ones.
    new: HashMap<String, String>,
    /// The old pointers by the new ones.
    old: HashMap<String, String>,
}

impl Moves {
    /// Begins another stage.
    pub(super) fn begin(&mut self) {
        self.stages.push(Stage::default());
    }

    /// Adds a move to the last stage.
    pub(super) fn add(&mut self, old: String, new: String) {
        if self.stages.is_empty() {
            self.begin();
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.old.insert(new.clone(), old.clone());
            stage.new.insert(old, new);
        }
    }

    /// Where that is now to which a pointer of the original document leads, if it was moved.
    pub(super) fn end(&self, pointer: &str) -> Option<String> {
        let end = (self.stages.iter()).fold(pointer.to_owned(), |at, stage| led(&stage.new, at));
        (end != pointer).then_some(end)
    }

    /// Where something was in the original document.
    pub(super) fn origin(&self, pointer: &str) -> String {
        let stages = self.stages.iter().rev();
        stages.fold(pointer.to_owned(), |at, stage| led(&stage.old, at))
    }
}

/// Where a pointer leads with the moves of a stage; the innermost of what it is in counts.
fn led(moves: &HashMap<String, String>, pointer: String) -> String {
    if moves.is_empty() {
        return pointer;
    }
    let ends = pointer.match_indices('/').map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([pointer.len()]).collect();
    let mut parts = ends.into_iter().rev().map(|end| pointer.split_at(end));
    let moved = parts.find_map(|(old, rest)| Some(format!("{}{rest}", moves.get(old)?)));
    moved.unwrap_or(pointer)
}

#[cfg(test)]
mod tests {
    use super::Moves;

    #[test]
    fn what_moved_twice_is_found_from_both_ends() {
        let mut moves = Moves::default();
        moves.add("/a/b".to_owned(), "/c/d".to_owned());
        moves.add("/x".to_owned(), "/y".to_owned());
        moves.add("/y".to_owned(), "/x".to_owned());
        moves.begin();
        moves.add("/c".to_owned(), "/e".to_owned());
        for (old, new) in [("/a/b/1", "/e/d/1"), ("/x/1", "/y/1"), ("/y", "/x")] {
            assert_eq!(moves.end(old).as_deref(), Some(new));
            assert_eq!(moves.origin(new), old);
        }
        assert_eq!(moves.end("/a/bc"), None);
        assert_eq!(moves.origin("/a/bc"), "/a/bc");
    }
}

//! Diffs that `git apply` and `patch` can read.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use similar::{Algorithm, TextDiff};

use super::output::Output;
use crate::rules::secret::mask_in_place;
use crate::text::printable::printable;

/// How many lines around a change a diff shows.
const CONTEXT: usize = 3;

/// How long a short difference of two texts is looked for. With changes all over a long file that
/// takes a time that grows with its square; a patch that is longer than it could be is right too.
const LONGEST: Duration = Duration::from_millis(250);

/// Writes what changes in a file.
///
/// # Errors
/// The output cannot be written.
pub fn write(path: &str, before: &str, after: &str, output: &mut Output) -> io::Result<()> {
    let mut config = TextDiff::configure();
    let config = config.algorithm(Algorithm::Patience).timeout(LONGEST);
    let diff = config.diff_lines(before, after);
    let mut unified = diff.unified_diff();
    let path = path.trim_start_matches('/');
    let (old, new) = (format!("a/{path}"), format!("b/{path}"));
    let unified = unified
        .context_radius(CONTEXT)
        .header(&quoted(&old), &quoted(&new));
    match output.is_terminal() {
        true => write!(output, "{}", shown(&unified.to_string())),
        // What `git apply` reads has to be the text of the file, byte for byte.
        false => write!(output, "{unified}"),
    }
}

/// A patch for people, without secrets and without what steers their terminal.
fn shown(patch: &str) -> String {
    let masked = mask_in_place(patch, std::iter::empty());
    printable(&masked.replace("\r\n", "\n")).into_owned()
}

/// A name as git writes it (git-config, `core.quotePath`): one with a line break would be read as
/// lines of the diff.
fn quoted(name: &str) -> Cow<'_, str> {
    let is_special = |character: char| character.is_control() || "\"\\".contains(character);
    if !name.contains(is_special) {
        return Cow::Borrowed(name);
    }
    let mut out = String::from("\"");
    for character in name.chars() {
        if character.is_control() {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                let _ = write!(out, "\\{byte:03o}");
            }
            continue;
        }
        if is_special(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_see_no_secrets_in_a_patch() {
        let patch = "+  a: \u{1b}[31m\r\n-  password: hunter2\n   url: wss://u:p@h\n";
        let expected = "+  a: \u{fffd}[31m\n-  password: *******\n   url: wss://***@h\n";
        assert_eq!(shown(patch), expected);
    }

    #[test]
    fn names_do_not_break_lines() {
        assert_eq!(quoted("a/ä b.yaml"), "a/ä b.yaml");
        assert_eq!(quoted("a/\n\u{1b}\"\\ä"), r#""a/\012\033\"\\ä""#);
    }
}

//! The flags.

use std::path::PathBuf;

use asyncapi_security_lsp::syntax::format::Format;

use crate::Fallible;

/// The options of a run.
pub struct Options {
    /// Few samples of everything.
    pub quick: bool,
    /// The sizes of the documents.
    pub sizes: Vec<Size>,
    /// The formats of the documents.
    pub formats: Vec<Format>,
    /// How often the sessions of a document are repeated, if given.
    pub rounds: Option<usize>,
    /// Another build to measure.
    pub beside: Option<PathBuf>,
    /// Where the JSON is written.
    pub json: Option<PathBuf>,
}

/// The size of a document, and the number of errors in it.
#[derive(Clone)]
pub struct Size {
    /// The size as given.
    pub name: String,
    /// The approximate size in bytes.
    pub bytes: usize,
    /// The number of `security` entries that refer to nothing.
    pub faults: usize,
}

const HELP: &str = "\
cargo bench --bench lsp -- [FLAGS]
  --quick            4k and 1m, few rounds: less than a minute
  --sizes 4k,10m     sizes of the documents in bytes; with `+20000` behind it a size has as many
                     errors (default: 4k,50k,240k,1m,10m)
  --formats yaml     formats of the documents (default: yaml,json)
  --rounds N         how often each session runs (default: 5; with 10 MB 2)
  --beside BINARY    measure another build of this program in the same run
  --json FILE        write the numbers to a file too";

/// Parses the flags; prints the help and returns `None` if it is asked for.
pub fn read(mut flags: impl Iterator<Item = String>) -> Fallible<Option<Options>> {
    let mut quick = false;
    let (mut sizes, mut formats, mut rounds) = (None, None, None);
    let (mut beside, mut json) = (None, None);
    while let Some(flag) = flags.next() {
        let mut value = || {
            let missing = || format!("`{flag}` needs a value; `--help` shows the flags");
            flags.next().ok_or_else(missing)
        };
        match &*flag {
            // Cargo passes this to every benchmark.
            "--bench" => {}
            "--quick" => quick = true,
            "--sizes" => sizes = Some(list(&value()?, size)?),
            "--formats" => formats = Some(list(&value()?, format)?),
            "--rounds" => {
                let given = value()?;
                let number = given.parse().ok().filter(|rounds| *rounds > 0);
                let wrong = || format!("`--rounds {given}`: a number above 0 is needed");
                rounds = Some(number.ok_or_else(wrong)?);
            }
            "--beside" => beside = Some(PathBuf::from(value()?)),
            "--json" => json = Some(PathBuf::from(value()?)),
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(None);
            }
            _ => return Err(format!("there is no flag `{flag}`\n{HELP}").into()),
        }
    }
    let usual = if quick { "4k,1m" } else { "4k,50k,240k,1m,10m" };
    Ok(Some(Options {
        quick,
        sizes: sizes.map_or_else(|| list(usual, size), Ok)?,
        formats: formats.unwrap_or_else(|| vec![Format::Yaml, Format::Json]),
        rounds,
        beside,
        json,
    }))
}

fn list<T>(words: &str, one: fn(&str) -> Option<T>) -> Fallible<Vec<T>> {
    let read = |word: &str| {
        let wrong = || format!("`{word}` is none of those; `--help` shows the flags");
        Ok(one(word.trim()).ok_or_else(wrong)?)
    };
    words.split(',').map(read).collect()
}

fn size(word: &str) -> Option<Size> {
    let (bytes, faults) = word.split_once('+').unwrap_or((word, "0"));
    let lower = bytes.to_ascii_lowercase();
    let (digits, unit) = match lower.strip_suffix('k') {
        Some(digits) => (digits, 1_000),
        None => match lower.strip_suffix('m') {
            Some(digits) => (digits, 1_000_000),
            None => (&*lower, 1),
        },
    };
    let bytes = digits.parse::<usize>().ok()?.checked_mul(unit)?;
    // The server skips messages of more than 128 MiB.
    (1..=100_000_000).contains(&bytes).then_some(Size {
        name: word.to_owned(),
        bytes,
        faults: faults.parse().ok()?,
    })
}

fn format(word: &str) -> Option<Format> {
    match word {
        "yaml" => Some(Format::Yaml),
        "json" => Some(Format::Json),
        _ => None,
    }
}

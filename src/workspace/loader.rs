//! Opens and reads files. No other module does, except `cli`.

use std::fs::{File, FileType, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result as IoResult};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What was tried to be opened, by any test.
#[cfg(test)]
pub static OPENED: std::sync::Mutex<Vec<PathBuf>> = std::sync::Mutex::new(Vec::new());

/// Opens a regular file. Does not wait, whatever stands there: a pipe would wait for somebody who
/// writes to it, a device for its user.
///
/// # Errors
/// It cannot be opened, or is not a regular file.
pub fn open(path: &Path, options: &OpenOptions) -> IoResult<File> {
    #[cfg(test)]
    if let Ok(mut opened) = OPENED.lock() {
        opened.push(path.to_owned());
    }
    // To be opened is enough for some devices to act, so it is looked at before; something else
    // may have taken its place once it is open, so it is looked at again.
    regular(std::fs::metadata(path)?.file_type())?;
    let file = without_waiting(options.clone()).open(path)?;
    regular(file.metadata()?.file_type())?;
    Ok(file)
}

/// Opens a file that the user named: a regular one, or a pipe, to read what another program writes
/// to it (`<(command)`, `/dev/stdin`).
///
/// # Errors
/// It cannot be opened, or is neither a regular file nor a pipe.
pub fn open_named(path: &Path) -> IoResult<File> {
    if is_pipe(std::fs::metadata(path)?.file_type()) {
        return File::open(path);
    }
    open(path, OpenOptions::new().read(true))
}

/// What stands at a path, in words.
pub fn kind_of(kind: FileType) -> &'static str {
    if kind.is_file() {
        "a file"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_symlink() {
        "a symbolic link"
    } else {
        special(kind)
    }
}

/// Whether it is a pipe.
#[cfg(unix)]
pub fn is_pipe(kind: FileType) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&kind)
}

/// Whether it is a pipe.
#[cfg(not(unix))]
pub fn is_pipe(_: FileType) -> bool {
    false
}

fn regular(kind: FileType) -> IoResult<()> {
    if kind.is_file() {
        return Ok(());
    }
    let words = format!("it is {}, not a file", kind_of(kind));
    Err(Error::other(words))
}

#[cfg(unix)]
fn special(kind: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if is_pipe(kind) {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "a device"
}

#[cfg(unix)]
fn without_waiting(mut options: OpenOptions) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    // Means nothing to regular files.
    options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    options
}

#[cfg(not(unix))]
fn without_waiting(options: OpenOptions) -> OpenOptions {
    options
}

/// Reads a text of at most `max` bytes; `None` if there is no file.
///
/// # Errors
/// Why the file cannot be read, in words.
pub fn read(path: &Path, max: usize) -> Result<Option<String>, String> {
    read_opened(open(path, OpenOptions::new().read(true)), max)
}

/// The same for a file that the user named, see [`open_named`].
///
/// # Errors
/// Why the file cannot be read, in words.
pub fn read_named(path: &Path, max: usize) -> Result<Option<String>, String> {
    read_opened(open_named(path), max)
}

fn read_opened(file: IoResult<File>, max: usize) -> Result<Option<String>, String> {
    let file = match file {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let limit = u64::try_from(max).unwrap_or(u64::MAX);
    let too_long = || Err(format!("it has more than {max} bytes"));
    let len = file.metadata().map_or(0, |metadata| metadata.len());
    if len > limit {
        return too_long();
    }
    // It may grow, and a pipe has no length.
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0) + 1);
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    if bytes.len() > max {
        return too_long();
    }
    let text = String::from_utf8(bytes);
    text.map(Some)
        .map_err(|error| format!("not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}

/// What tells that a file was changed: when that was, and how long it is.
pub type Stamp = (Option<SystemTime>, u64);

/// The stamp of what is at a path, links followed; `None` if there is nothing.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}

/// The real path of a file: absolute, all symbolic links followed; `None` if there is none.
pub fn real(path: &Path) -> Option<PathBuf> {
    std::fs::canonicalize(path).ok()
}

/// The names in a folder that are UTF-8, of at most `max` entries.
pub fn names(folder: &Path, max: usize) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(max);
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    names.collect()
}

/// The nearest file of that name in a folder or its parents. The first folder for which `is_last`
/// holds is the last one that is searched.
pub fn find_upward(folder: &Path, name: &str, is_last: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    for folder in folder.ancestors() {
        let path = folder.join(name);
        if path.is_file() {
            return Some(path);
        }
        if is_last(folder) {
            return None;
        }
    }
    None
}

/// Whether what has the name of a file that says what to ignore is no file. Who walks through a
/// folder opens it, and would wait for ever for a pipe.
pub fn has_strange_ignore_file(folder: &Path) -> bool {
    let names = [".gitignore", ".ignore", ".git/info/exclude"];
    names.iter().any(|name| {
        let kind = std::fs::metadata(folder.join(name)).map(|metadata| metadata.file_type());
        kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir())
    })
}

/// Whether a folder is the root of a repository.
pub fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_text_is_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        assert_eq!(read(&path, 10), Ok(None));
        assert_eq!(read_named(&path, 10), Ok(None));
        std::fs::write(&path, "ä").unwrap();
        assert_eq!(read(&path, 2), Ok(Some("ä".to_owned())));
        assert_eq!(read(&path, 1).unwrap_err(), "it has more than 1 bytes");
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&path).status();
        assert!(made.unwrap().success());
        let error = read(&path, 10).unwrap_err();
        assert_eq!(error, "it is a named pipe, not a file");
        // What takes the place of a file after it was looked at.
        let mut options = OpenOptions::new();
        options.read(true);
        without_waiting(options).open(&path).unwrap();
        for path in ["/dev/zero", "/dev/null"] {
            let error = read(Path::new(path), 10).unwrap_err();
            assert_eq!(error, "it is a device, not a file");
            assert_eq!(read_named(Path::new(path), 10).unwrap_err(), error);
        }
    }
}

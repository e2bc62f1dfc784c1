//! Replaces the text of a file. Whatever happens, the file has its old text or the new one, and
//! nothing but this file is written.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::path::Path;

use tempfile::Builder;

use crate::workspace::loader;

/// What the name of a new file begins with until it takes the place of the old one. It is hidden
/// and does not end like a document, so that no check reads what a killed run left.
const PREFIX: &str = ".asyncapi-security-lsp-";
const SUFFIX: &str = ".tmp";

/// Replaces the text of a regular file, which must still be `before`. The new text is written
/// beside it, brought to the disk, and renamed. The new file gets the mode of the old one and,
/// where the system allows it, owner and extended attributes. Returns whether the old text goes
/// on under another name (a hard link).
///
/// # Errors
/// The file is read-only, no regular file, or has changed, or something cannot be written. The old
/// file then stands as it was.
pub fn replace(path: &Path, before: &str, after: &str) -> Result<bool> {
    let link = std::fs::symlink_metadata(path)?;
    if link.permissions().readonly() {
        return Err(Error::other("it is read-only"));
    }
    if link.is_symlink() {
        return Err(Error::other("it is a symbolic link"));
    }
    // A rename asks for no right to write the file itself.
    let old = loader::open(path, OpenOptions::new().read(true).write(true))?;
    let metadata = old.metadata()?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut name = Builder::new();
    let mut new = name.prefix(PREFIX).suffix(SUFFIX).tempfile_in(folder)?;
    new.write_all(after.as_bytes())?;
    keep_owner_and_attributes(&old, &metadata, new.as_file());
    // After the owner: a change of the owner takes bits from the mode.
    new.as_file().set_permissions(metadata.permissions())?;
    new.as_file().sync_all()?;
    // Windows does not replace an open file.
    drop(old);
    if !has_text(path, before)? {
        return Err(Error::other("it was changed meanwhile, run again"));
    }
    new.persist(path).map_err(|failed| failed.error)?;
    sync_folder(folder);
    Ok(has_other_names(&metadata))
}

/// Whether the file has this text now.
fn has_text(path: &Path, text: &str) -> Result<bool> {
    let file = match loader::open(path, OpenOptions::new().read(true)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        file => file?,
    };
    let mut bytes = Vec::with_capacity(text.len() + 1);
    file.take(text.len() as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes == text.as_bytes())
}

/// Gives the new file what it can get of the old one. Not everybody may give files to others, and
/// not every file system has attributes.
#[cfg(unix)]
fn keep_owner_and_attributes(old: &File, metadata: &Metadata, new: &File) {
    use std::os::unix::fs::{MetadataExt, fchown};
    use xattr::FileExt;
    let (user, group) = (metadata.uid(), metadata.gid());
    let _ = fchown(new, None, Some(group));
    let _ = fchown(new, Some(user), None);
    for name in old.list_xattr().into_iter().flatten() {
        if let Ok(Some(value)) = old.get_xattr(&name) {
            let _ = new.set_xattr(&name, &value);
        }
    }
}

#[cfg(not(unix))]
fn keep_owner_and_attributes(_: &File, _: &Metadata, _: &File) {}

/// Brings the renaming to the disk. Some file systems cannot, and the file is whole without it.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) {}

#[cfg(unix)]
fn has_other_names(metadata: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(metadata) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_was_changed_or_taken_away_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        for now in ["", "b", "ab", "ä"] {
            std::fs::write(&path, now).unwrap();
            let error = replace(&path, "a", "c").unwrap_err().to_string();
            assert_eq!(error, "it was changed meanwhile, run again");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), now);
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        }
        std::fs::remove_file(&path).unwrap();
        let error = replace(&path, "a", "c").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(!path.exists());
    }

    #[test]
    fn an_old_text_is_replaced_by_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        std::fs::write(&path, "a").unwrap();
        assert!(!replace(&path, "a", "\u{feff}ä\r\n").unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\u{feff}ä\r\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_a_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        std::fs::write(&file, "a").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let error = |path: &Path| replace(path, "a", "c").unwrap_err().to_string();
        assert_eq!(error(&link), "it is a symbolic link");
        assert_eq!(error(folder.path()), "it is a folder, not a file");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "a");
    }
}

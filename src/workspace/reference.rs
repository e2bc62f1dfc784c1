//! Where the text of a `$ref` leads to: the file and the place in it.

use std::path::{Component, Path, PathBuf};

use fluent_uri::UriRef;
use fluent_uri::pct_enc::encoder::{Fragment as FragmentEncoder, Path as PathEncoder};
use fluent_uri::pct_enc::{EStr, EString};

use crate::model::references::target::percent_decoded;

/// Where a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// Into its own file.
    Here(Fragment),
    /// Into another file.
    There {
        /// The file: absolute, without `.` and `..`, links not followed.
        path: PathBuf,
        /// Whether the path ends in a slash, so that it cannot be a file.
        is_folder: bool,
        /// The place in it.
        fragment: Fragment,
    },
    /// To what is never looked at: a URL, an absolute path, or what is no reference at all.
    NotFollowed,
}

/// The part of a reference behind the `#`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fragment {
    /// A JSON Pointer (RFC 6901), percent-decoded; empty for the whole file.
    Pointer(String),
    /// Something else, which leads to nothing.
    Name(String),
}

/// Where a reference in the file at `base` leads to (RFC 3986, section 5). `base` is an absolute
/// path.
pub fn lead(base: &Path, text: &str) -> Lead {
    let Ok(reference) = UriRef::parse(text) else {
        return Lead::NotFollowed;
    };
    let written = reference.path().as_str();
    let is_elsewhere = reference.has_scheme() || reference.has_authority() || reference.has_query();
    if is_elsewhere || written.starts_with('/') {
        return Lead::NotFollowed;
    }
    let fragment = fragment(reference.fragment().map_or("", EStr::as_str));
    if written.is_empty() {
        return Lead::Here(fragment);
    }
    match joined(base, written) {
        Some(path) => Lead::There {
            path,
            is_folder: written.ends_with('/'),
            fragment,
        },
        None => Lead::NotFollowed,
    }
}

fn fragment(text: &str) -> Fragment {
    let text = percent_decoded(text).into_owned();
    if text.is_empty() || text.starts_with('/') {
        Fragment::Pointer(text)
    } else {
        Fragment::Name(text)
    }
}

/// A relative path of a reference, from the folder of a file on; `None` if a segment cannot be the
/// name of a file.
fn joined(base: &Path, written: &str) -> Option<PathBuf> {
    let mut path = base.parent()?.to_owned();
    for segment in written.split('/') {
        match segment {
            "" | "." => {}
            // RFC 3986, section 5.2.4: what is above the root is the root.
            ".." => _ = path.pop(),
            segment => path.push(file_name(segment)?),
        }
    }
    Some(path)
}

fn file_name(segment: &str) -> Option<String> {
    let name = percent_decoded(segment);
    let is_name = !name.contains(['/', '\0', '\u{fffd}'])
        && Path::new(&*name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
        && Path::new(&*name).components().count() == 1;
    is_name.then(|| name.into_owned())
}

/// The reference from one file to another, as an author would write it.
pub fn between(base: &Path, target: &Path, fragment: &str) -> Option<String> {
    let mut text = relative(base.parent()?, target)?;
    if !fragment.is_empty() {
        text.push('#');
        text.push_str(fragment);
    }
    Some(text)
}

/// The path from a folder to a file, percent-encoded as in a URI.
fn relative(folder: &Path, target: &Path) -> Option<String> {
    let common = (folder.components().zip(target.components()))
        .take_while(|(one, other)| one == other)
        .count();
    let up = folder.components().count() - common;
    let mut parts = vec!["..".to_owned(); up];
    for part in target.components().skip(common) {
        let Component::Normal(name) = part else {
            return None;
        };
        parts.push(encoded(name.to_str()?));
    }
    Some(parts.join("/"))
}

/// A JSON Pointer as the fragment of a reference.
pub fn encoded_fragment(pointer: &str) -> String {
    let mut out = EString::<FragmentEncoder>::new();
    out.encode_str::<FragmentEncoder>(pointer);
    out.into_string()
}

fn encoded(name: &str) -> String {
    let mut out = EString::<PathEncoder>::new();
    out.encode_str::<PathEncoder>(name);
    out.into_string()
}

/// The URI of a file (RFC 8089).
pub fn uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for part in path.components() {
        match part {
            Component::Normal(name) => {
                uri.push('/');
                uri.push_str(&encoded(&name.to_string_lossy()));
            }
            // The drive of Windows.
            Component::Prefix(drive) => {
                uri.push('/');
                uri.push_str(&drive.as_os_str().to_string_lossy());
            }
            Component::RootDir | Component::CurDir | Component::ParentDir => {}
        }
    }
    uri
}

/// The relative URI of a relative path with `/` as separator.
pub fn relative_uri(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(encoded).collect();
    // What comes before a colon would be a scheme.
    parts.join("/").replace(':', "%3A")
}

/// A path as people read it, from the folder of another file on; the whole path if they share no
/// folder.
pub fn shown(base: &Path, target: &Path) -> String {
    let text = base.parent().and_then(|folder| relative(folder, target));
    let text = text.map(|text| percent_decoded(&text).into_owned());
    text.unwrap_or_else(|| target.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there(path: &str, fragment: Fragment) -> Lead {
        Lead::There {
            path: PathBuf::from(path),
            is_folder: false,
            fragment,
        }
    }

    fn pointer(text: &str) -> Fragment {
        Fragment::Pointer(text.to_owned())
    }

    #[test]
    fn a_reference_starts_from_the_file_it_stands_in() {
        let base = Path::new("/w/api docs/main.yaml");
        for (text, expected) in [
            ("a.yml", there("/w/api docs/a.yml", pointer(""))),
            ("./x/../a.yml#", there("/w/api docs/a.yml", pointer(""))),
            ("../b/a.yml#/x~1y", there("/w/b/a.yml", pointer("/x~1y"))),
            (
                "../api%20docs/a.yml#/a%2Db",
                there("/w/api docs/a.yml", pointer("/a-b")),
            ),
            ("../../../../etc/x", there("/etc/x", pointer(""))),
            (
                "a.yml#a-b",
                there("/w/api docs/a.yml", Fragment::Name("a-b".to_owned())),
            ),
            ("", Lead::Here(pointer(""))),
            ("#/a", Lead::Here(pointer("/a"))),
            ("#a", Lead::Here(Fragment::Name("a".to_owned()))),
        ] {
            assert_eq!(lead(base, text), expected, "{text}");
        }
        let folder = lead(base, "a.yml/#/a");
        assert!(matches!(
            folder,
            Lead::There {
                is_folder: true,
                ..
            }
        ));
    }

    #[test]
    fn nothing_but_relative_paths_is_followed() {
        let base = Path::new("/w/main.yaml");
        for text in [
            "https://a.example/x.yaml",
            "//a.example/x.yaml",
            "file:///w/x.yaml",
            "/w/x.yaml",
            "C:/x.yaml",
            ".\\x.yaml",
            "two words.yaml",
            "x.yaml?y",
            "a%2Fb.yaml",
            "%2E%2E/x.yaml",
            "%00",
            "%FF",
        ] {
            assert_eq!(lead(base, text), Lead::NotFollowed, "{text}");
        }
    }

    #[test]
    fn a_reference_is_written_as_an_author_would() {
        let base = Path::new("/w/a/main.yaml");
        for (target, expected) in [
            ("/w/a/x.yaml", "x.yaml#/y"),
            ("/w/b c/x.yaml", "../b%20c/x.yaml#/y"),
        ] {
            let text = between(base, Path::new(target), "/y");
            assert_eq!(text.as_deref(), Some(expected));
        }
        assert_eq!(shown(base, Path::new("/w/b c/x.yaml")), "../b c/x.yaml");
    }
}

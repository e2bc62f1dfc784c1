//! Globs that select files.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs relative to the folder of the settings. `*` does not match `/`, `**` does; a glob without
/// `/` matches a name in any folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    patterns: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Files {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for Files {}

impl Files {
    /// Compiles globs. Invalid ones are left out and returned by index with the reason.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> (Self, Vec<(usize, String)>) {
        let mut files = Self::default();
        let mut refused = Vec::new();
        let mut builder = GlobSetBuilder::new();
        for (at, pattern) in patterns.into_iter().enumerate() {
            match glob(pattern) {
                Ok(glob) => {
                    builder.add(glob);
                    files.patterns.push(pattern.to_owned());
                }
                Err(reason) => refused.push((at, reason)),
            }
        }
        match builder.build() {
            Ok(set) => files.set = set,
            // Each glob is valid, but together they are too large for the matcher.
            Err(error) => refused.push((0, error.kind().to_string())),
        }
        (files, refused)
    }

    /// Whether a glob matches a path, which is relative to the folder of the settings and has `/` as
    /// separator.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// The globs as written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }
}

fn glob(pattern: &str) -> Result<Glob, String> {
    GlobBuilder::new(&anchored(pattern))
        .literal_separator(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

fn anchored(pattern: &str) -> String {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    let whole = match pattern.strip_suffix('/') {
        Some(folder) => format!("{folder}/**"),
        None => pattern.to_owned(),
    };
    match whole.strip_prefix('/') {
        Some(rooted) => rooted.to_owned(),
        None if whole.contains('/') => whole,
        None => format!("**/{whole}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn globs_mean_names_or_paths() {
        for (pattern, path, expected) in [
            ("a.yaml", "a.yaml", true),
            ("a.yaml", "x/y/a.yaml", true),
            ("*.yaml", "x/a.yaml", true),
            ("/a.yaml", "a.yaml", true),
            ("/a.yaml", "x/a.yaml", false),
            ("x/*.yaml", "x/a.yaml", true),
            ("./x/*.yaml", "x/a.yaml", true),
            ("x/*.yaml", "x/y/a.yaml", false),
            ("x/*.yaml", "z/x/a.yaml", false),
            ("x/**/*.yaml", "x/y/z/a.yaml", true),
            ("x/", "x/y/a.yaml", true),
            ("x/", "y/x/a.yaml", false),
            ("*.{yaml,json}", "x/a.json", true),
        ] {
            let (files, refused) = Files::new([pattern]);
            assert_eq!(refused, []);
            assert_eq!(files.matches(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_glob_is_refused_and_the_others_count() {
        let (files, refused) = Files::new(["[", "a.yaml"]);
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].0, 0);
        assert!(files.matches("a.yaml"));
        assert_eq!(files.patterns(), ["a.yaml"]);
        assert!(!Files::default().matches("a.yaml"));
    }
}

//! A key that is typed right before one that is there already.

use crate::spec::spec;

/// How much of a key that is read as one is not meant to be a part of it: all before a key that
/// is known by itself, where the cursor (a column of the key) stands between the two.
pub fn before_known_key(key: &str, column: usize) -> Option<usize> {
    if column == 0 {
        return Some(0);
    }
    if key.starts_with(['"', '\'']) || is_known(key) {
        return None;
    }
    let rest = key.get(column..)?;
    if is_known(rest) {
        return Some(column);
    }
    let first = column + rest.find([' ', '\t'])?;
    let rest = key[first..].trim_start();
    let one_word = !key[..first].contains([' ', '\t']);
    (one_word && is_known(rest)).then(|| key.len() - rest.len())
}

fn is_known(key: &str) -> bool {
    let spec = spec();
    spec.is_scheme_field(key)
        || spec.is_flow_field(key)
        || spec.flow(key).is_some()
        || matches!(key, "security" | "securitySchemes")
}

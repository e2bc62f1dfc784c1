//! Makes documents with one defect each from a valid one.

use super::tree::{Path, Value};

/// A document with one defect.
pub struct Defect {
    /// What was done.
    pub kind: Kind,
    /// To what in the valid document.
    pub path: Path,
    /// The name or value written instead, if there is one.
    pub written: String,
    pub document: Value,
    /// Where it may be found: what was changed, what lacks something now, or what uses it.
    pub places: Vec<Path>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Removed,
    Misspelt,
    WrongValue,
    WrongType,
    Null,
    Empty,
    Raised,
    InNeighbour,
    Dangling,
    NearPointer,
}

impl Defect {
    pub fn label(&self) -> String {
        let path = self.path.join("/");
        format!("{:?} /{path} {}", self.kind, self.written)
    }
}

impl Defect {
    /// Whether no scheme is declared any more: then each name that is used is a defect of its own.
    pub fn declares_nothing(&self) -> bool {
        matches!(self.kind, Kind::Removed | Kind::Empty) && is_map_of_schemes(&self.path)
    }

    /// Why it is none by the specification, and nothing may be found.
    pub fn harmless(&self) -> Option<&'static str> {
        let tokens: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let last = *tokens.last()?;
        let is_item = last.bytes().all(|byte| byte.is_ascii_digit());
        let is_openid = tokens.contains(&"single");
        match self.kind {
            Kind::Empty if matches!(last, "description" | "bearerFormat") || is_scope(&tokens) => {
                Some("a text may be empty")
            }
            Kind::Empty if is_list_of_scopes(&tokens) => Some("a token without scopes is enough"),
            Kind::InNeighbour if last == "description" => Some("every type has a description"),
            Kind::Removed if matches!(last, "description" | "bearerFormat" | "refreshUrl") => {
                Some("the field is optional")
            }
            Kind::Removed if last == "scopes" && is_list_of_scopes(&tokens) => {
                Some("the field is optional")
            }
            Kind::Removed if last == "security" => Some("operations or servers require one, too"),
            Kind::Empty if last == "security" && tokens[0] == "servers" => {
                Some("an empty list says that the server is public on purpose")
            }
            Kind::Removed if is_item && tokens[0] != "channels" => {
                Some("the rest of the list holds")
            }
            Kind::Removed
                if tokens.contains(&"security")
                    && tokens.contains(&"things")
                    && !is_item
                    && last != "$ref" =>
            {
                Some("the rest of the requirement holds")
            }
            Kind::WrongValue if is_openid && last == "1" => {
                Some("scopes of OpenID Connect are declared elsewhere")
            }
            Kind::WrongValue if matches!(&*self.written, "Basic" | "Digest") => {
                Some("HTTP does not mind the case")
            }
            _ => None,
        }
    }
}

fn is_map_of_schemes(path: &Path) -> bool {
    let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(
        tokens[..],
        ["components"] | ["components", "securitySchemes"]
    )
}

/// Whether it is a scope that a flow declares.
fn is_scope(tokens: &[&str]) -> bool {
    let is_key = |token: &&str| matches!(*token, "scopes" | "availableScopes");
    tokens.contains(&"flows") && tokens.iter().rev().nth(1).is_some_and(is_key)
}

/// Whether it is a list of scopes that are required.
fn is_list_of_scopes(tokens: &[&str]) -> bool {
    match tokens {
        [.., "scopes"] => !tokens.contains(&"flows"),
        [.., "security", _, name] => !matches!(*name, "type" | "description" | "flows" | "$ref"),
        _ => false,
    }
}

/// All defects of a valid document.
pub fn defects(valid: &Value) -> Vec<Defect> {
    let mut maker = Maker {
        valid,
        found: Vec::new(),
    };
    for path in valid.paths() {
        if is_about_security(&path) {
            maker.defects_at(&path);
        }
    }
    maker.found
}

/// Whether it is a part of `security` or of the schemes, or on the way to them.
fn is_about_security(path: &Path) -> bool {
    let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
    match tokens[..] {
        ["components", ..] => true,
        _ => tokens.contains(&"security"),
    }
}

struct Maker<'v> {
    valid: &'v Value,
    found: Vec<Defect>,
}

impl Maker<'_> {
    fn defects_at(&mut self, path: &Path) {
        let value = self.valid.get(path).unwrap();
        let (last, parent) = path.split_last().unwrap();
        let owner = parent.to_vec();
        let has_key = matches!(self.valid.get(parent), Some(Value::Map(_)));
        let is_required_name = path.iter().any(|token| token == "security") && has_key;

        self.edit(Kind::Removed, path, "", vec![owner.clone()], |document| {
            document.remove(path);
        });
        for wrong in if has_key {
            misspellings(last)
        } else {
            Vec::new()
        } {
            let mut renamed = path.clone();
            *renamed.last_mut().unwrap() = wrong.clone();
            if self.valid.get(&renamed).is_none() {
                self.edit(Kind::Misspelt, path, &wrong, vec![renamed], |document| {
                    document.rename(path, &wrong);
                });
            }
        }
        for (wrong, shown) in wrong_types(value) {
            self.put(Kind::WrongType, path, shown, wrong);
        }
        self.put(Kind::Null, path, "null", Value::Word("null"));
        self.put(Kind::Empty, path, "", empty(value));
        if let (Value::Map(entries), Some(emptied)) = (value, self.found.last_mut()) {
            for (name, _) in entries {
                let mut child = path.clone();
                child.push(name.clone());
                emptied.places.extend(uses(&emptied.document, &child));
            }
        }
        if has_key && !is_required_name && path.len() > 1 {
            self.moved(path);
        }
        let Value::Text(text) = value else { return };
        if last == "$ref" {
            for wrong in near_pointers(text) {
                self.put(Kind::NearPointer, path, &wrong, Value::text(&wrong));
            }
            for wrong in [
                "#/components/securitySchemes/nobody",
                "#/nowhere",
                "#nowhere",
            ] {
                self.put(Kind::Dangling, path, wrong, Value::text(wrong));
            }
        } else if is_choice(last) || !has_key {
            for wrong in misspellings(text) {
                self.put(Kind::WrongValue, path, &wrong, Value::text(&wrong));
            }
        }
    }

    fn put(&mut self, kind: Kind, path: &Path, written: &str, new: Value) {
        let value = self.valid.get(path).unwrap();
        if *value == new {
            return;
        }
        self.edit(kind, path, written, vec![path.clone()], |document| {
            *document.get_mut(path).unwrap() = new;
        });
    }

    /// Moves an entry beside its owner, and into the object after its owner.
    fn moved(&mut self, path: &Path) {
        let (last, parent) = path.split_last().unwrap();
        let Some((_, above)) = parent.split_last() else {
            return;
        };
        let mut targets = vec![(Kind::Raised, above.to_vec())];
        targets.extend(self.neighbour(parent).map(|next| (Kind::InNeighbour, next)));
        for (kind, target) in targets {
            let mut moved = target.clone();
            moved.push(last.clone());
            let is_map = matches!(self.valid.get(&target), Some(Value::Map(_)));
            if !is_map || self.valid.get(&moved).is_some() {
                continue;
            }
            let places = vec![moved, parent.to_vec()];
            self.edit(kind, path, "", places, |document| {
                let value = document.remove(path);
                if let Some(Value::Map(entries)) = document.get_mut(&target) {
                    entries.push((last.clone(), value));
                }
            });
        }
    }

    fn neighbour(&self, path: &[String]) -> Option<Path> {
        let (last, parent) = path.split_last()?;
        let Some(Value::Map(entries)) = self.valid.get(parent) else {
            return None;
        };
        let at = entries.iter().position(|(key, _)| key == last)?;
        let (next, _) = entries.get(at + 1)?;
        let mut found = parent.to_vec();
        found.push(next.clone());
        Some(found)
    }

    fn edit(
        &mut self,
        kind: Kind,
        path: &Path,
        written: &str,
        mut places: Vec<Path>,
        change: impl FnOnce(&mut Value),
    ) {
        let mut document = self.valid.clone();
        change(&mut document);
        places.extend(uses(&document, path));
        self.found.push(Defect {
            kind,
            path: path.clone(),
            written: written.to_owned(),
            document,
            places,
        });
    }
}

/// Where a scheme or scope is used that was declared at a path.
fn uses(document: &Value, path: &Path) -> Vec<Path> {
    let tokens: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_scheme = matches!(tokens[..], ["components", "securitySchemes", _]);
    let is_scope = tokens
        .iter()
        .any(|token| matches!(*token, "scopes" | "availableScopes"));
    let Some(name) = path.last().filter(|_| is_scheme || is_scope) else {
        return Vec::new();
    };
    let pointer = format!("#/components/securitySchemes/{name}");
    let mut paths = document.paths();
    paths.retain(|at| {
        let is_key = at.iter().any(|token| token == "security") && at.last() == Some(name);
        let is_text = match document.get(at) {
            Some(Value::Text(text)) => text == name || *text == pointer,
            _ => false,
        };
        is_key || is_text
    });
    paths
}

fn is_choice(field: &str) -> bool {
    matches!(field, "type" | "in" | "scheme")
}

/// Two letters swapped, one dropped, one doubled, and another case.
pub fn misspellings(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let mut made = Vec::new();
    if middle > 0 && letters[middle - 1] != letters[middle] {
        let mut swapped = letters.clone();
        swapped.swap(middle - 1, middle);
        made.push(swapped);
    }
    let mut dropped = letters.clone();
    dropped.remove(middle);
    made.push(dropped);
    let mut doubled = letters.clone();
    doubled.insert(middle, letters[middle]);
    made.push(doubled);
    let turn = |letter: &char| match letter.is_uppercase() {
        true => letter.to_ascii_lowercase(),
        false => letter.to_ascii_uppercase(),
    };
    let first = letters
        .iter()
        .position(|letter| letter.is_ascii_alphabetic());
    let capital = letters.iter().position(char::is_ascii_uppercase);
    if let Some(at) = capital.or(first) {
        let mut other = letters.clone();
        other[at] = turn(&letters[at]);
        made.push(other);
    }
    made.into_iter().map(String::from_iter).collect()
}

fn wrong_types(value: &Value) -> Vec<(Value, &'static str)> {
    let all = [
        (Value::text("parcel"), "a text"),
        (Value::Word("7"), "a number"),
        (Value::Word("true"), "a boolean"),
        (Value::List(vec![Value::text("parcel")]), "a list"),
        (
            Value::Map(vec![("parcel".to_owned(), Value::text("parcel"))]),
            "a map",
        ),
    ];
    let is_other =
        |(other, _): &(Value, &str)| std::mem::discriminant(other) != std::mem::discriminant(value);
    all.into_iter().filter(is_other).collect()
}

fn empty(value: &Value) -> Value {
    match value {
        Value::Map(_) => Value::Map(Vec::new()),
        Value::List(_) => Value::List(Vec::new()),
        _ => Value::text(""),
    }
}

/// Texts that a reader takes for the pointer.
fn near_pointers(pointer: &str) -> Vec<String> {
    let name = pointer.rsplit('/').next().unwrap();
    let mut near: Vec<String> = [
        "#/components/securityScheme/",
        "#/components/securityschemes/",
        "#/components/SecuritySchemes/",
        "#/component/securitySchemes/",
        "#/components/securityShemes/",
        "#/components/schemas/",
        "#/securitySchemes/",
        "#/securityDefinitions/",
        "#components/securitySchemes/",
        "/components/securitySchemes/",
        "components/securitySchemes/",
        "#/components.securitySchemes.",
        "#/components/securitySchemes//",
        "#//components/securitySchemes/",
        "#/",
        "#",
        "",
    ]
    .iter()
    .map(|way| format!("{way}{name}"))
    .collect();
    near.push(format!("{pointer}/"));
    near.push(pointer.replace('/', "\\"));
    near.push(format!("{pointer}/type"));
    let spelt = misspellings(name).into_iter();
    near.extend(spelt.map(|name| format!("#/components/securitySchemes/{name}")));
    near
}

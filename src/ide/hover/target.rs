//! What a hover is about, and what the model knows there.

use crate::analysis::Analysis;
use crate::ide::markdown::code;
use crate::ide::role::{Role, Segment, path_of, role_at};
use crate::model::facts::{Scheme, Site};
use crate::model::references::target::{component_in, schemes_pointer};
use crate::model::{InUnit, UnitRef};
use crate::spec::Version;
use crate::syntax::node::{Entry, Node};
use crate::text::Encoding;
use crate::text::range::TextRange;

/// The scalar under the mouse.
pub struct HoverTarget<'a> {
    pub analysis: &'a Analysis,
    pub version: Version,
    /// The object or list around it.
    pub container: Node<'a>,
    /// The role of the container.
    pub role: Role,
    /// The path of the container.
    pub path: Vec<Segment>,
    /// The member of the container that it is the key or value of; none for an item.
    pub entry: Option<Entry<'a>>,
    pub node: Node<'a>,
    /// The URI of the document, if places in it become links.
    file: Option<&'a str>,
}

impl<'a> HoverTarget<'a> {
    pub fn at(
        analysis: &'a Analysis,
        version: Version,
        offset: usize,
        file: Option<&'a str>,
    ) -> Option<Self> {
        let steps = analysis.document.tree().path_at(offset);
        let [.., outer, inner] = &steps[..] else {
            return None;
        };
        if !inner.node.is_scalar() {
            return None;
        }
        let mut target = Self {
            analysis,
            version,
            container: outer.node,
            role: Role::Other,
            path: path_of(&steps),
            entry: outer.entry,
            node: inner.node,
            file,
        };
        if !target.is_key() {
            target.path.pop();
        }
        target.role = role_at(&analysis.model, &target.path);
        Some(target)
    }

    pub fn is_key(&self) -> bool {
        (self.entry).is_some_and(|entry| entry.key.identity() == self.node.identity())
    }

    /// The value of `type` beside it.
    pub fn scheme_type(&self) -> Option<&str> {
        let tree = self.analysis.document.tree();
        tree.field(self.container, "type")?.value.as_str()
    }

    /// The innermost unit around it.
    pub fn unit(&self) -> Option<UnitRef<'a>> {
        let mut units = self.analysis.model.units_around(self.offset());
        units.next()
    }

    /// The innermost scheme around it; the name belongs to a scheme.
    pub fn scheme(&self) -> Option<InUnit<'a, Scheme>> {
        let unit = self.unit()?;
        (unit.unit.schemes().iter())
            .map(|fact| unit.at(fact))
            .filter(|scheme| scheme.abs(scheme.fact.range).touches(self.offset()))
            .min_by_key(|scheme| scheme.fact.range.len())
    }

    /// The site whose `security` key it is.
    pub fn site(&self) -> Option<(UnitRef<'a>, &'a Site)> {
        self.site_with(|site| site.security.as_ref().map(|list| list.key))
    }

    /// The server or operation whose key it is.
    pub fn owner(&self) -> Option<(UnitRef<'a>, &'a Site)> {
        self.site_with(|site| Some(site.owner.range))
    }

    fn site_with(
        &self,
        key: impl Fn(&Site) -> Option<TextRange>,
    ) -> Option<(UnitRef<'a>, &'a Site)> {
        let unit = self.unit()?;
        let site = unit.unit.sites().iter().find(|site| {
            key(site).is_some_and(|key| key.shifted(unit.base).touches(self.offset()))
        })?;
        Some((unit, site))
    }

    /// A place of the document, as a link if the client can follow it. VS Code takes the line and
    /// column from the fragment, both from 1.
    pub fn link(&self, shown: &str, place: TextRange) -> String {
        let Some(file) = self.file else {
            return code(shown);
        };
        let text = self.analysis.document.text();
        let position = text.position(place.start(), Encoding::Utf16);
        let (line, column) = (position.line + 1, position.character + 1);
        format!("[{}](<{file}#L{line},{column}>)", code(shown))
    }

    /// The name of the component scheme that a `$ref` leads to.
    pub fn component_name(&self, reference: &str) -> Option<String> {
        let schemes = schemes_pointer(self.analysis.document.tree(), &self.analysis.model);
        let (name, is_whole) = component_in(schemes, reference)?;
        is_whole.then(|| name.into_owned())
    }

    fn offset(&self) -> usize {
        self.node.range().start()
    }
}

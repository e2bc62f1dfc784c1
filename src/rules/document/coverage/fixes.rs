//! Fixes for servers and operations that nothing protects.

use crate::edits::template::{Template, TemplateKey, member, required, settled};
use crate::rules::fix::FixKind::{ChangesMeaning, Placeholder};
use crate::rules::fix::names::{DECLARED, declared, entry_for, fresh_name};
use crate::rules::fix::{FixContext, MAX_OFFERED};
use crate::rules::messages::quoted;
use crate::spec::spec;

/// Where clients of Anypoint MQ get tokens; the region is to be filled in.
const ANYPOINT_TOKENS: &str = "https://mq-us-east-1.anypoint.mulesoft.com/api/v1/authorize";

/// Offers the declared schemes for what has no `security`.
pub(in crate::rules) fn uncovered(fix: &mut FixContext<'_>) {
    let Some(value) = fix.path.value().filter(|_| fix.path.is_key()) else {
        return;
    };
    for name in declared(fix).take(MAX_OFFERED) {
        let Some(item) = entry_for(fix, name) else {
            continue;
        };
        let members = vec![member("security", Template::list_of(item))];
        let title = format!("Add `security` with {}", quoted(name));
        fix.offer_clean(title, ChangesMeaning, |edits| {
            edits.add(&value, members, &[])
        });
    }
}

/// Declares what clients of Anypoint MQ have, and requires it.
pub(in crate::rules) fn anypoint(fix: &mut FixContext<'_>) {
    let name = fresh_name(fix, "anypoint");
    let (Some(item), Some(flow)) = (
        entry_for(fix, &name),
        spec().object("flow.clientCredentials"),
    ) else {
        return;
    };
    let mut members = required(flow, fix.version);
    for (key, value) in &mut members {
        if matches!(key, TemplateKey::Text(name) if name == "tokenUrl") {
            *value = Template::text(ANYPOINT_TOKENS);
        }
    }
    let flow = settled(Template::Map(members));
    let scheme = Template::Map(vec![
        member("type", Template::text("oauth2")),
        member(
            "flows",
            Template::Map(vec![member("clientCredentials", flow)]),
        ),
    ]);
    let (Some(entry), Some(value)) = (fix.entry(), fix.path.value()) else {
        return;
    };
    let list = value.node();
    let has_list = entry.key.value() == "security";
    if has_list && !list.is_sequence() {
        return;
    }
    let title = format!(
        "Declare {} with a placeholder and require it",
        quoted(&name)
    );
    fix.offer(title, Placeholder, |edits| {
        if has_list && list.items().next().is_some() {
            edits.append(list, &item)?;
        } else if has_list {
            edits.put(entry, &Template::list_of(item))?;
        } else {
            let members = vec![member("security", Template::list_of(item))];
            edits.add(&value, members, &[])?;
        }
        edits.insert_at(&DECLARED, &name, &scheme)
    });
}

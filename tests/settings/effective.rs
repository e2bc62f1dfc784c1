//! Which source of settings wins.

use asyncapi_security_lsp::rules::registry::{self, RULES, rule};
use asyncapi_security_lsp::rules::rule::Severity;
use asyncapi_security_lsp::settings::effective::{Source, effective};
use asyncapi_security_lsp::settings::read;
use asyncapi_security_lsp::settings::rule_set::RuleSet;
use asyncapi_security_lsp::settings::{Level, Preset, Settings};
use serde_json::json;

fn file(text: &str) -> Settings {
    let (settings, problems) = read::file(text);
    assert_eq!(problems, []);
    settings
}

fn of(text: &str, path: &str) -> RuleSet {
    let settings = file(text);
    let source = Source {
        settings: &settings,
        path: Some(path),
    };
    effective(&[source]).rule_set
}

#[test]
fn presets_say_which_rules_run() {
    let recommended = RuleSet::default();
    let strict = RuleSet::new(Preset::Strict);
    let validity = RuleSet::new(Preset::Validity);
    for rule in RULES {
        assert_eq!(recommended.is_on(rule), rule.default_on, "{}", rule.id);
        assert!(strict.is_on(rule));
        assert!(
            recommended.is_on(rule) || !validity.is_on(rule),
            "{}",
            rule.id
        );
    }
    for (id, is_on) in [
        ("security-scheme-missing-field", true),
        ("syntax-error", true),
        ("limit-reached", true),
        ("suppression-unknown-rule", true),
        ("security-scheme-unused", false),
        ("url-not-https", true),
        ("url-loopback-host", false),
    ] {
        assert_eq!(validity.is_on(rule(id).unwrap()), is_on, "{id}");
    }
}

#[test]
fn a_group_speaks_of_its_rules_and_a_rule_for_itself() {
    let set = of(
        "[rules]\nurl-fragment = \"error\"\nurls = \"hint\"\nurl-userinfo = \"off\"\n",
        "a.yaml",
    );
    assert_eq!(
        set.level(registry::URL_NOT_HTTPS),
        Level::At(Severity::Hint)
    );
    assert_eq!(
        set.level(registry::URL_FRAGMENT),
        Level::At(Severity::Error)
    );
    assert_eq!(set.level(registry::URL_USERINFO), Level::Off);
    assert_eq!(set.level(registry::SYNTAX_ERROR), Level::On);
}

#[test]
fn only_on_switches_a_whole_group_on() {
    let off = RULES.iter().find(|rule| !rule.default_on).unwrap();
    let group = off.group.as_str();
    let with = |level: &str| of(&format!("[rules]\n{group} = \"{level}\"\n"), "a.yaml");
    assert_eq!(with("error").level(off), Level::Off);
    assert_eq!(with("on").level(off), Level::On);
    let named = of(&format!("[rules]\n{} = \"hint\"\n", off.id), "a.yaml");
    assert_eq!(named.level(off), Level::At(Severity::Hint));
}

#[test]
fn the_client_wins_over_overrides_over_the_file_over_the_preset() {
    let file = file(
        "profile = \"validity\"\n[rules]\nurl-fragment = \"hint\"\nurl-userinfo = \"hint\"\n\
         url-whitespace = \"hint\"\n\
         [[overrides]]\nfiles = [\"*.old.yaml\"]\nprofile = \"strict\"\n\
         rules = { url-userinfo = \"off\", url-whitespace = \"off\" }\n\
         [[overrides]]\nfiles = [\"very.old.yaml\"]\nrules = { url-whitespace = \"warning\" }\n",
    );
    let (client, problems) = read::client(&json!({
        "rules": {"url-fragment": "error"},
        "overrides": [{"files": ["very.old.yaml"], "profile": "recommended"}],
    }));
    assert_eq!(problems, []);
    let set = |path| {
        let source = |settings| Source {
            settings,
            path: Some(path),
        };
        effective(&[source(&file), source(&client)]).rule_set
    };
    let advice = "security-scheme-unused";
    let off = "security-scheme-description-missing";
    let hint = Level::At(Severity::Hint);
    for (path, preset, levels) in [
        (
            "new.yaml",
            Preset::Validity,
            [hint, hint, Level::Off, Level::Off],
        ),
        (
            "x/a.old.yaml",
            Preset::Strict,
            [Level::Off, Level::Off, Level::On, Level::On],
        ),
        (
            "very.old.yaml",
            Preset::Recommended,
            [
                Level::Off,
                Level::At(Severity::Warning),
                Level::On,
                Level::Off,
            ],
        ),
    ] {
        let set = set(path);
        assert_eq!(set.preset(), preset, "{path}");
        assert_eq!(
            set.level(registry::URL_FRAGMENT),
            Level::At(Severity::Error)
        );
        let found =
            ["url-userinfo", "url-whitespace", advice, off].map(|id| set.level(rule(id).unwrap()));
        assert_eq!(found, levels, "{path}");
    }
}

#[test]
fn hosts_and_protocols_add_up() {
    let one = file("own-hosts = [\"a.example\"]\n[protocols]\nx = { encrypted = true }\ny = {}\n");
    let other = file(
        "own-hosts = [\"b.example\", \"a.example\"]\n[protocols]\nx = { encrypted = false }\n",
    );
    let source = |settings| Source {
        settings,
        path: None,
    };
    let effective = effective(&[source(&one), source(&other)]);
    let hosts: Vec<&String> = effective.environment.own_hosts.iter().collect();
    assert_eq!(hosts, ["a.example", "b.example"]);
    let protocols: Vec<_> = effective.environment.protocols.into_iter().collect();
    let named = |name: &str, encrypted| (name.to_owned(), encrypted);
    assert_eq!(protocols, [named("x", Some(false)), named("y", None)]);
}

#[test]
fn what_is_bound_to_files_needs_a_file() {
    let settings = file(
        "[[overrides]]\nfiles = [\"*\"]\nrules = { urls = \"off\" }\n\
         [[ignore]]\nrule = \"url-fragment\"\nfiles = [\"*\"]\n\
         [[ignore]]\nrule = \"url-userinfo\"\n",
    );
    let with = |path| {
        let settings = &settings;
        effective(&[Source { settings, path }]).rule_set
    };
    assert!(with(None).is_on(registry::URL_FRAGMENT));
    assert_eq!(with(None).silences().len(), 1);
    assert!(!with(Some("x/y")).is_on(registry::URL_FRAGMENT));
    assert_eq!(with(Some("x/y")).silences().len(), 2);
}

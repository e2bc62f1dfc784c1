"""A preprocessor of mdBook: adds what is not in docs/ to the book.

- Each rule has a page, as `asyncapi-security-lsp explain` shows it, below the chapter "Rules", and the
  table of all rules stands where that chapter says where it is (RULES_HERE). $RULES is a file with what
  `asyncapi-security-lsp rules --format json` prints.
- OUTSIDE lists Markdown files of the repository that are chapters as well.
- Links to these files, to the pages of the rules and to other files of the repository lead to where
  these are on the site, or to the repository.
"""

import json
import os
import posixpath
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = "https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/blob/main/"
RULE_PAGES = "src/rules/pages/"

GROUPS = {
    "syntax": "Syntax",
    "validity": "Validity",
    "references": "References",
    "urls": "URLs",
    "oauth2": "OAuth 2",
    "openid": "OpenID Connect",
    "http": "HTTP",
    "transport": "Transport",
    "coverage": "Coverage",
    "secrets": "Secrets",
    "suppression": "Suppression",
}

# Below which chapter a file stands, with its path in the book.
OUTSIDE = {
    "editors.md": {file: f"editors/{file.parent.name}.md" for file in sorted(ROOT.glob("editors/*/README.md"))},
    "versions.md": {ROOT / "CHANGELOG.md": "changelog.md"},
    "architecture.md": {ROOT / "CONTRIBUTING.md": "contributing.md"},
}

# What is said in the side bar where the heading of a page is about something else.
TITLES = {"editors/vscode.md": "VS Code", "contributing.md": "Add a rule, contribute"}

RULES_HERE = re.compile("<!-- rules -->.*<!-- /rules -->", re.DOTALL)
PICTURE = re.compile(r"\.(png|gif|svg)$")
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
# What stands in code or in a comment is no link.
CODE = re.compile(r"(^ *(`{3,}).*?^ *\2|`[^`\n]+`|<!--.*?-->)", re.MULTILINE | re.DOTALL)


def main() -> None:
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    rules = json.loads(Path(os.environ["RULES"]).read_text())["rules"]
    visit(book["items"], rules)
    number(book["items"], [])
    json.dump(book, sys.stdout)


def visit(items: list, rules: list) -> None:
    for item in items:
        if not isinstance(item, dict) or "Chapter" not in item:
            continue
        chapter = item["Chapter"]
        visit(chapter["sub_items"], rules)
        path = chapter["path"]
        if path is None:
            continue
        chapter["content"] = for_the_site(chapter["content"], f"docs/{path}", path)
        if path == "rules.md":
            groups = by_group(rules)
            tables = "\n".join(table(group, members) for group, members in groups.items())
            chapter["content"], found = RULES_HERE.subn(lambda _: tables, chapter["content"])
            if found != 1:
                raise SystemExit("docs/rules.md does not say where the table stands")
            chapter["sub_items"] += [below(chapter, group, members) for group, members in groups.items()]
        for file, name in OUTSIDE.get(path, {}).items():
            written = str(file.relative_to(ROOT))
            text = for_the_site(file.read_text(), written, name)
            title = TITLES.get(name) or re.match(r"# (.*)", text)[1]
            chapter["sub_items"].append(new_chapter(chapter, title, text, name, written))


def by_group(rules: list) -> dict:
    """The rules of each group, in the order of GROUPS, which must have them all."""
    groups = {group: [] for group in GROUPS}
    for rule in rules:
        groups[rule["group"]].append(rule)
    return groups


def table(group: str, rules: list) -> str:
    rows = [
        f"| [`{rule['id']}`](rules/{rule['id']}.md) | {level(rule)} | {versions(rule)} | {rule['title']} |" for rule in rules
    ]
    head = ["", f"## {GROUPS[group]}", "", "| rule | severity | versions | what it finds |", "|---|---|---|---|"]
    return "\n".join(head + rows + [""])


def below(parent: dict, group: str, rules: list) -> dict:
    """A heading in the side bar with the pages of a group."""
    heading = new_chapter(parent, GROUPS[group], "")
    heading["Chapter"]["sub_items"] = [
        new_chapter(parent, rule["id"], page(rule), f"rules/{rule['id']}.md", f"{RULE_PAGES}{rule['id']}.md")
        for rule in rules
    ]
    return heading


def page(rule: dict) -> str:
    """The page of a rule: what it is in one line below its summary, and how it is switched off at the end."""
    heading, summary, rest = rule["page"].split("\n\n", 2)
    all_or_some = versions(rule).replace("all", "all versions")
    facts = [f"**{level(rule)}**", GROUPS[rule["group"]], f"AsyncAPI: {all_or_some}"]
    facts += ["has a quick fix"] * rule["fixable"]
    switch = "on" if not rule["default_on"] else "off"
    settings = f"""## Settings

To switch it {switch} in [`asyncapi-security.toml`](../settings.md):

```toml
[rules]
{rule['id']} = "{switch}"
```
"""
    # What is wrong with a suppression is not silenced by another one.
    if rule["group"] != "suppression":
        settings += f"""
To [silence one finding](../suppression.md), in the line of it:

```yaml
# asyncapi-security: ignore[{rule['id']}] why this is meant
```
"""
    text = "\n\n".join([heading, summary, " · ".join(facts), rest.rstrip("\n")])
    return for_the_site(text, f"{RULE_PAGES}{rule['id']}.md", f"rules/{rule['id']}.md") + "\n\n" + settings


def level(rule: dict) -> str:
    return rule["severity"] + ("" if rule["default_on"] else ", off")


def versions(rule: dict) -> str:
    since, until = rule["since"], rule["until"]
    if until is None:
        return "all" if since == "2.0.0" else f"from {since}"
    return since if since == until else f"{since} to {until}"


def new_chapter(parent: dict, name: str, content: str, path: str | None = None, written: str | None = None) -> dict:
    """A chapter with its path in the book, and that in the repository for those who want to edit it."""
    return {
        "Chapter": {
            "name": name,
            "content": content,
            "number": None,
            "sub_items": [],
            "path": path,
            "source_path": written and f"../{written}",
            "parent_names": [*parent["parent_names"], parent["name"]],
        }
    }


def number(items: list, above: list) -> None:
    """Numbers all chapters: by the length of its number mdBook knows how deep a chapter stands."""
    chapters = [item["Chapter"] for item in items if isinstance(item, dict) and "Chapter" in item]
    for position, chapter in enumerate(chapters, 1):
        if above:
            chapter["number"] = [*above, position]
        number(chapter["sub_items"], chapter["number"] or [])


def for_the_site(text: str, written: str, name: str) -> str:
    """A text with its links for where it is on the site: `written` is its path in the repository, `name` that in the book."""

    def link(match: re.Match) -> str:
        target, _, anchor = match[2].partition("#")
        if target.startswith(SOURCE):
            path = target.removeprefix(SOURCE)
        elif not target or re.match(r"[a-z]+:", target):
            return match[0]
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname(written), target))
        if not (ROOT / path).exists():
            raise SystemExit(f"{written}: no file {target}")
        there = in_book(path)
        if there is None and PICTURE.search(path):
            # build.sh puts it beside the chapter.
            return match[0]
        if there is None:
            there = SOURCE + path
        else:
            there = posixpath.relpath(there, posixpath.dirname(name) or ".")
        return match[1] + there + ("#" + anchor if anchor else "") + match[3]

    pieces = CODE.split(text)
    # The expression has two groups: the code, and its fence.
    pieces[::3] = [LINK.sub(link, piece) for piece in pieces[::3]]
    # The words behind the language of an example are for the tests.
    pieces[1::3] = [re.sub(r"\A( *`{3,}\w+) .*", r"\1", piece) for piece in pieces[1::3]]
    return "".join(piece for at, piece in enumerate(pieces) if at % 3 != 2)


def in_book(path: str) -> str | None:
    """Where a file of the repository is in the book."""
    for files in OUTSIDE.values():
        if ROOT / path in files:
            return files[ROOT / path]
    for folder, there in [("docs/", ""), (RULE_PAGES, "rules/")]:
        if path.startswith(folder):
            return there + path.removeprefix(folder)
    return None


if __name__ == "__main__":
    main()

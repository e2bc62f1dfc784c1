#!/usr/bin/env python3
"""Makes a release of what is committed: numbers, changelog, commit and tag. Publishes nothing.

    packaging/release.py VERSION [--dry-run]    the release; --dry-run shows it, and changes nothing
    packaging/release.py --check                whether all places name the version of Cargo.toml
    packaging/release.py --notes                what the changelog says of it, for the release's page

The tag, once pushed, starts .github/workflows/release.yml. Needs Python 3.10, git, and a clean tree.
"""

import argparse
import difflib
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAME = "asyncapi-security-lsp"
REPOSITORY = f"https://github.com/{NAME}/{NAME}"
NUMBER = r"(\d+\.\d+\.\d+)"

# Where the version stands, for each file; what is caught is the number. Other packages are filled
# when they are made.
PLACES = {
    "Cargo.toml": rf'\A\[package\]\nname = "{NAME}"\nversion = "{NUMBER}"',
    "Cargo.lock": rf'name = "{NAME}"\nversion = "{NUMBER}"',
    "editors/vscode/package.json": rf'^  "version": "{NUMBER}"',
    "editors/vscode/package-lock.json": rf'"name": "asyncapi-security",\n\s+"version": "{NUMBER}"',
    "editors/zed/extension.toml": rf'^version = "{NUMBER}"',
    "editors/zed/Cargo.toml": rf'^version = "{NUMBER}"',
    "editors/zed/Cargo.lock": rf'name = "zed-asyncapi-security"\nversion = "{NUMBER}"',
    "templates/asyncapi-security.yml": rf"^      default: {NUMBER}$",
    "packaging/mason/package.yaml": rf"{NAME}@v{NUMBER}",
}
# In all pages and examples: the action, tags in addresses, hooks, and arguments of installers.
NAMED = "|".join(
    rf"(?:{before}){NUMBER}"
    for before in [
        rf"{NAME}/{NAME}@v",
        rf"{NAME}(?:\.git)?[#/]v",
        rf"{NAME}/releases/download/v",
        rf"{NAME}@",
        rf"{NAME}==",
        r"rev: v",
        r"VERSION=",
        r"install\.sh (?:-s )?",
        r"sh -s -- ",
        r"-Version ",
    ]
)


def git(*args: str) -> str:
    done = subprocess.run(["git", *args], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout.strip()


def places() -> dict[Path, str]:
    """Each file that names the version, with the pattern of the place."""
    found = {ROOT / name: pattern for name, pattern in PLACES.items()}
    for name in git("ls-files", "*.md").splitlines():
        path = ROOT / name
        if path.exists() and path.name != "CHANGELOG.md" and re.search(NAMED, path.read_text()):
            found[path] = NAMED
    return found


def numbers(path: Path, pattern: str) -> set[str]:
    """The versions that a file names; none is a fault."""
    found = {next(filter(None, one.groups())) for one in re.finditer(pattern, path.read_text(), re.M)}
    return found or {"no version"}


def version() -> str:
    return numbers(ROOT / "Cargo.toml", PLACES["Cargo.toml"]).pop()


def differing(wanted: str) -> list[str]:
    """What names another version."""
    return [
        f"{path.relative_to(ROOT)} names {', '.join(sorted(found))}, not {wanted}"
        for path, pattern in places().items()
        if (found := numbers(path, pattern)) != {wanted}
    ]


def set_number(text: str, pattern: str, wanted: str) -> str:
    def replace(found: re.Match) -> str:
        at = next(at for at in range(1, found.re.groups + 1) if found[at])
        start, end = found.start(at) - found.start(), found.end(at) - found.start()
        return found[0][:start] + wanted + found[0][end:]

    return re.sub(pattern, replace, text, flags=re.M)


def dated(changelog: str, wanted: str, today: str) -> str:
    """The changelog with what is not released under the new number, and its links."""
    head = "## [Unreleased]\n"
    if not section(changelog, "Unreleased"):
        raise SystemExit("error: CHANGELOG.md says nothing under [Unreleased]; say what is new")
    changelog = changelog.replace(head, f"{head}\n## [{wanted}] - {today}\n", 1)
    before = re.search(rf"^\[{NUMBER}\]: ", changelog, re.M)
    since = f"compare/v{before[1]}...v{wanted}" if before else f"releases/tag/v{wanted}"
    links = f"[Unreleased]: {REPOSITORY}/compare/v{wanted}...main\n[{wanted}]: {REPOSITORY}/{since}"
    return re.sub(r"^\[Unreleased\]: .*", links, changelog, count=1, flags=re.M)


def section(changelog: str, heading: str) -> str:
    """What stands under `## [heading]`."""
    found = re.search(rf"^## \[{re.escape(heading)}\].*?\n(.*?)(?=^## \[|^\[|\Z)", changelog, re.M | re.S)
    return found[1].strip() if found else ""


def order(number: str) -> list[int]:
    return [int(part) for part in number.split(".")]


def refuse_where_it_cannot_be(wanted: str):
    if not re.fullmatch(NUMBER, wanted):
        raise SystemExit(f"error: `{wanted}` is no version; write it as 1.2.3")
    if git("status", "--porcelain"):
        raise SystemExit("error: there are changes that are not committed; commit or stash them")
    tags = [tag[1:] for tag in git("tag", "--list", "v*").splitlines() if re.fullmatch("v" + NUMBER, tag)]
    newest = max(tags, key=order, default="0.0.0")
    if order(wanted) <= order(newest):
        raise SystemExit(f"error: {newest} is released already; name a later version than {wanted}")
    if wrong := differing(version()):
        raise SystemExit("error: versions differ before the release\n" + "\n".join(wrong))


def release(wanted: str, dry_run: bool):
    refuse_where_it_cannot_be(wanted)
    changelog = ROOT / "CHANGELOG.md"
    texts = {path: set_number(path.read_text(), pattern, wanted) for path, pattern in places().items()}
    texts[changelog] = dated(changelog.read_text(), wanted, date.today().isoformat())
    if dry_run:
        for path, text in texts.items():
            name = str(path.relative_to(ROOT))
            lines = path.read_text().splitlines(True), text.splitlines(True)
            sys.stdout.writelines(difflib.unified_diff(*lines, f"a/{name}", f"b/{name}"))
        print(f"\nThis would be committed and tagged as v{wanted}; nothing was changed.")
        return
    for path, text in texts.items():
        path.write_text(text)
    git("commit", "--all", "--message", f"Release {wanted}")
    git("tag", "--annotate", f"v{wanted}", "--message", f"{NAME} {wanted}")
    print(f"v{wanted} is committed and tagged here. Look at it, then: git push origin HEAD v{wanted}")


def main():
    says = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    says.add_argument("version", nargs="?")
    says.add_argument("--dry-run", action="store_true")
    says.add_argument("--check", action="store_true")
    says.add_argument("--notes", action="store_true")
    said = says.parse_args()
    if said.check:
        wrong = differing(version())
        sys.exit("\n".join(wrong) if wrong else 0)
    if said.notes:
        notes = section((ROOT / "CHANGELOG.md").read_text(), version())
        sys.exit(print(notes) if notes else f"CHANGELOG.md says nothing of {version()}")
    if not said.version:
        says.error("name a version, --check or --notes")
    release(said.version, said.dry_run)


if __name__ == "__main__":
    main()

"""Checks the links of the built site: `links.py FOLDER`.

Links to pages and to places in them must lead there, every page of docs/ must be in the book, and addresses
elsewhere must be well formed. These are not asked for: what is on the web today is no matter of a test.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

DOCS = Path(__file__).resolve().parent.parent / "docs"
ROOT = DOCS.parent
# Addresses of files of the repository: to read, and to edit.
REPOSITORY = re.compile("https://github.com/asyncapi-security-lsp/asyncapi-security-lsp/(?:blob|edit)/main/([^#]+)")
# What mdBook writes beside the chapters.
NO_CHAPTERS = {"404.html", "toc.html"}


class Page(HTMLParser):
    """The ids of a page, and where its links and pictures lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.targets: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        for name, value in attributes:
            if name == "id":
                self.ids.add(value)
            elif name in ("href", "src", "srcset") and value and tag in ("a", "img", "source"):
                self.targets.append(value)


def main() -> int:
    site = Path(sys.argv[1]).resolve()
    pages = {path: Page(path.read_text()) for path in site.rglob("*.html") if path.name not in NO_CHAPTERS}
    problems = [
        f"{path.relative_to(site)}: {target}: {problem}"
        for path, page in sorted(pages.items())
        for target in page.targets
        if (problem := problem_of(target, path, site, pages))
    ]
    for source in DOCS.rglob("*.md"):
        name = source.relative_to(DOCS)
        if name.name != "SUMMARY.md" and site / name.with_suffix(".html") not in pages:
            problems.append(f"docs/{name} is not in docs/SUMMARY.md")
    for problem in problems:
        print(problem)
    links = sum(len(page.targets) for page in pages.values())
    print(f"{len(pages)} pages, {links} links, {len(problems)} problems")
    # A site without rules, or links that were not seen, would have no problem either.
    return 1 if problems or len(pages) < 150 or links < 1000 else 0


def problem_of(target: str, page: Path, site: Path, pages: dict[Path, Page]) -> str | None:
    try:
        url = urlsplit(target)
    except ValueError as error:
        return str(error)
    if url.scheme or url.netloc:
        if file := REPOSITORY.match(target):
            there = (ROOT / unquote(file[1])).resolve()
            return None if there.exists() and there != DOCS else "no such file in the repository"
        good = url.scheme in ("https", "http") and url.hostname and "." in url.hostname and " " not in target
        return None if good else "not the address of a page"
    path = (page.parent / unquote(url.path)).resolve() if url.path else page
    if path.is_dir():
        path /= "index.html"
    if not path.exists():
        return "no such page"
    if url.fragment and path in pages and unquote(url.fragment) not in pages[path].ids:
        return "no such place on the page"
    return None


if __name__ == "__main__":
    sys.exit(main())

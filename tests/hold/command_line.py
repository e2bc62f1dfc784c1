"""What the commands print: `check` in all its formats, fixes as diffs, rules, pages, help."""

import re
import subprocess

STYLES = ("plain", "json", "minified", "flow", "one-line", "four-blanks", "crlf")
# Where a record of an output starts, and what names the document that it is about.
SPLIT = {
    "json": (r'^    \{$|^  "(?=problems|summary)', r'"path": "(.*)"'),
    "text": (r"^(?:error|warning|information|hint)\[", r"--> (.*?):\d+:\d+$"),
    "github": (r"^::", r"file=([^,]*),"),
    "diff": (r"^--- ", r"^--- (.*)$"),
}


def run(binary, folder, *arguments):
    done = subprocess.run([binary, *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, check=False)
    plain = lambda data: re.sub(
        r'(asyncapi-security-lsp(?:",\s*"version": "| ))\d+\.\d+\.\d+', r"\1VERSION",
        data.decode(errors="replace"))
    return plain(done.stdout), f"exit code {done.returncode}\n{plain(done.stderr)}"


def records(output, kind):
    """Cuts an output so that a difference names the document; together they are the output."""
    start, name = (re.compile(pattern, re.M) for pattern in SPLIT[kind])
    cuts = [0, *(found.start() for found in start.finditer(output)), len(output)]
    for begin, end in zip(cuts, cuts[1:]):
        part = output[begin:end]
        found = name.search(part)
        yield (found[1] if found else "(frame)"), part


def check(binary, folder, paths, kind, *options):
    """Records of one `check`; paths are relative to the folder, so that no place gets into it."""
    output, end = run(binary, folder, "check", "--no-config", *options, *paths)
    return [*records(output, kind), ("(end)", end)]


def dump(binary, documents, corpus, quick):
    """Yields (name, records)."""
    rules = sorted({re.sub(r"-\d+\.\w+$", "", path.name) for path in (documents / "plain").glob("*.*")})
    every = [word for rule in rules for word in ("--enable", rule)]
    hint = ("--level", "hint")
    for style in ("fixtures", *STYLES):
        whole = sorted(f"{style}/{path.name}" for path in (documents / style).iterdir() if path.is_file())
        whole = whole[::3] if quick else whole
        if not quick or style in ("fixtures", "plain"):
            yield f"{style}-json", check(binary, documents, whole, "json", "--format", "json", *hint)
            yield f"{style}-text", check(binary, documents, whole, "text", *hint)
            yield f"{style}-github", check(binary, documents, whole, "github", "--format", "github", *hint)
        yield f"{style}-all", check(binary, documents, whole, "json", "--format", "json", *hint, *every)
        yield f"{style}-fix", check(binary, documents, whole, "diff", "--fix", "--diff", *hint, *every)
        if style != "fixtures":
            cut = sorted(f"{style}/cut/{path.name}" for path in (documents / style / "cut").iterdir())
            cut = cut[::41] if quick else cut
            for part in range(0, len(cut), 2500):
                yield f"{style}-cut-{part // 2500}", check(
                    binary, documents, cut[part:part + 2500], "json", "--format", "json", *hint, *every)
    if corpus:
        for kind in ("json", "text"):
            yield f"corpus-{kind}", check(binary, corpus, ["."], kind, "--format", kind, *hint)
        yield "corpus-fix", check(binary, corpus, ["."], "diff", "--fix", "--diff")
    yield "commands", commands(binary, documents, rules)


def commands(binary, documents, rules):
    calls = [["--version"], ["rules"], ["schema", "settings"], ["demo"], ["explain", "no-rule"],
             ["check", "no-file.yaml"], ["check", "--profile", "no-profile", "."]]
    calls += [[*command, "--help"] for command in
              ([], ["check"], ["explain"], ["rules"], ["settings"], ["schema", "settings"], ["demo"], ["lsp"])]
    calls += [["settings", "--no-config", "--profile", name] for name in ("recommended", "strict", "validity")]
    calls += [["explain", rule] for rule in rules]
    calls += [["--color", "always", "check", "--level", "hint", "fixtures/broken.asyncapi.yaml"]]
    for call in calls:
        output, end = run(binary, documents, *call)
        output = re.sub(r" +\d+\.\d+ ms", " TIME", output)  # of the demonstration
        yield " ".join(call), f"{output}{end}"

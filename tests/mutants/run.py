"""Mutates the program and asks whether a test sees it: a random sample of what cargo-mutants lists.

cargo-mutants builds every test program anew for each mutant, which takes hours. Here all mutants of
the sample go into one copy of the source, each asleep behind a condition, and are built at once; the
environment variable MUTANT wakes one. A mutant that cannot be put so, or does not compile, gives its
place to another of the list. A first run notes which mutants each test comes past, so that a mutant is
tried by those alone, the quickest first.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Parser

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "target/mutants"
# What reads, what judges, and the path of an edit.
PARTS = ["text", "syntax", "model", "rules", "edits", "lsp/documents"]
# They read the source or the repository, which a mutant changes for all.
WITHOUT = {"architecture", "docs", "pages", "vscode", "demo"}
AWAKE = """
/// Whether this mutant is awake. Notes who was asked in a file that `MUTANTS_PASSED` names.
pub fn mutant(number: u32) -> bool {
    use std::io::Write;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    static AWAKE: LazyLock<u32> = LazyLock::new(|| {
        std::env::var("MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0)
    });
    static PASSED: LazyLock<Option<std::fs::File>> = LazyLock::new(|| {
        let path = std::env::var_os("MUTANTS_PASSED")?;
        std::fs::OpenOptions::new().append(true).create(true).open(path).ok()
    });
    static NOTED: [AtomicBool; 1 << 16] = [const { AtomicBool::new(false) }; 1 << 16];
    if let Some(mut file) = PASSED.as_ref() {
        let noted = &NOTED[number as usize % NOTED.len()];
        if !noted.load(Relaxed) && !noted.swap(true, Relaxed) {
            _ = file.write_all(format!("{number}\\n").as_bytes());
        }
    }
    *AWAKE == number
}
"""
parser = Parser(Language(tree_sitter_rust.language()))


class Source:
    """A file, and what is to be put into it."""

    def __init__(self, name: str):
        self.name = name
        self.bytes = (ROOT / name).read_bytes()
        self.starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.tree = parser.parse(self.bytes)
        self.taken = []  # Ranges of expressions that were replaced.
        self.edits = {}  # By number: (at, end, text); empty ranges are insertions.

    def offset(self, place: dict) -> int:
        start = self.starts[place["line"] - 1]
        line = self.bytes[start : self.starts[place["line"]]].decode()
        return start + len(line[: place["column"] - 1].encode())

    def node(self, span: dict):
        return self.tree.root_node.descendant_for_byte_range(self.offset(span["start"]), self.offset(span["end"]))

    def text(self, start: int, end: int) -> str:
        return self.bytes[start:end].decode()

    def put(self, number: int, start: int, end: int, text: str) -> bool:
        """No two replaced ranges may touch each other."""
        if start != end:
            if any(start < other_end and other_start < end for other_start, other_end in self.taken):
                return False
            self.taken.append((start, end))
        self.edits[number] = (start, end, text)
        return True

    def written(self, dropped: set) -> bytes:
        text = self.bytes
        kept = [edit for number, edit in self.edits.items() if number not in dropped]
        for start, end, new in sorted(kept, key=lambda edit: edit[:2], reverse=True):
            text = text[:start] + new.encode() + text[end:]
        return text


def put(source: Source, number: int, mutant: dict) -> bool:
    """Puts a mutant into the source, asleep; `False` where it cannot be."""
    asked = f"crate::mutant({number})"
    new = mutant["replacement"]
    node = source.node(mutant["span"])
    start, end = source.offset(mutant["span"]["start"]), source.offset(mutant["span"]["end"])
    match mutant["genre"]:
        case "FnValue":
            while node and node.type != "function_item":
                node = node.parent
            # Of an opaque type both ways would have to return the same one.
            if node is None or "impl " in mutant["function"]["return_type"]:
                return False
            at = node.child_by_field_name("body").start_byte + 1
            return source.put(number, at, at, f" if {asked} {{ return {new}; }} ")
        case "BinaryOperator":
            node = node.parent
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if not left or not right or left.end_byte > start or right.start_byte < end:
                return False
            left, right = source.text(left.start_byte, left.end_byte), source.text(right.start_byte, right.end_byte)
            was = source.text(start, end)
            text = f"(if {asked} {{ {left} {new} {right} }} else {{ {left} {was} {right} }})"
            return source.put(number, node.start_byte, node.end_byte, text)
        case "UnaryOperator":
            node = node.parent
            text = f"(if {asked} {{ {source.text(end, node.end_byte)} }} else {{ {source.text(start, node.end_byte)} }})"
            return node.type == "unary_expression" and source.put(number, node.start_byte, node.end_byte, text)
        case "MatchArmGuard":
            was = source.text(start, end)
            return source.put(number, start, end, f"(if {asked} {{ {new} }} else {{ {was} }})")
        case "MatchArm":
            while node and node.type != "match_arm":
                node = node.parent
            pattern = node and node.child_by_field_name("pattern")
            if pattern is None:
                return False
            guard = pattern.child_by_field_name("condition")
            if guard is None:
                return source.put(number, pattern.end_byte, pattern.end_byte, f" if !{asked}")
            was = source.text(guard.start_byte, guard.end_byte)
            return source.put(number, guard.start_byte, guard.end_byte, f"!{asked} && ({was})")
    return False


def listed() -> list[dict]:
    files = [argument for part in PARTS for argument in ("-f", f"src/{part}/**", "-f", f"src/{part}.rs")]
    done = subprocess.run(["cargo", "mutants", "--list", "--json", *files], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def copy():
    """The project's files, without what is built; `target` of the copy stays."""
    WORK.mkdir(parents=True, exist_ok=True)
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    for name in filter(None, names.decode().split("\0")):
        target = WORK / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, target)
    library = WORK / "src/lib.rs"
    library.write_text(library.read_text() + AWAKE)


def cargo(*arguments: str) -> tuple[list[dict], bool]:
    """What the compiler says of the copy, and whether it succeeded."""
    # Tests that run three times as fast are worth a longer build.
    environment = {**os.environ, "CARGO_PROFILE_DEV_OPT_LEVEL": "1"}
    done = subprocess.run(
        ["cargo", *arguments, "--locked", "--message-format=json"], cwd=WORK, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.returncode == 0


def errors() -> list[dict]:
    said, succeeded = cargo("check", "--lib")
    found = [one["message"] for one in said if one["reason"] == "compiler-message" and one["message"]["level"] == "error"]
    if not found and not succeeded:
        raise SystemExit("error: the copy does not build")
    return found


def programs() -> list[Path]:
    """The test programs, built."""
    said, succeeded = cargo("test", "--no-run", "--lib", "--bins", "--tests")
    if not succeeded:
        raise SystemExit("error: the tests do not build")
    return [Path(one["executable"]) for one in said if one.get("executable") and one["profile"]["test"]]


def blamed(found: list[dict], names: set[str]) -> set[int]:
    """The mutants in the lines of errors; where there are none, in their functions."""
    lines, functions = set(), set()
    for span in (span for error in found for span in error["spans"] if span["file_name"] in names):
        text = (WORK / span["file_name"]).read_bytes()
        starts = [0, *(found.end() for found in re.finditer(b"\n", text)), len(text)]
        lines |= mutants_in(text[starts[span["line_start"] - 1] : starts[span["line_end"]]])
        node = parser.parse(text).root_node.descendant_for_byte_range(span["byte_start"], span["byte_end"])
        while node and node.type != "function_item":
            node = node.parent
        functions |= mutants_in(text[node.start_byte : node.end_byte] if node else b"")
    return lines or functions


def mutants_in(text: bytes) -> set[int]:
    return {int(number) for number in re.findall(rb"crate::mutant\((\d+)\)", text)}


def sample(mutants: list[dict], count: int) -> dict[int, dict]:
    """Puts `count` mutants; those that do not compile are replaced by the next ones."""
    sources, alive, dropped, following = {}, {}, set(), iter(enumerate(mutants, 1))
    while True:
        while len(alive) < count:
            number, mutant = next(following, (0, None))
            if mutant is None:
                break
            source = sources.setdefault(mutant["file"], Source(mutant["file"]))
            if put(source, number, mutant):
                alive[number] = mutant
        for name, source in sources.items():
            (WORK / name).write_bytes(source.written(dropped) + (AWAKE.encode() if name == "src/lib.rs" else b""))
        found = errors()
        if not found:
            return alive
        wrong = blamed(found, sources.keys()) & alive.keys()
        if not wrong:
            raise SystemExit("error: " + "\n".join(error["rendered"] for error in found[:5]))
        print(f"{len(wrong)} do not compile", flush=True)
        dropped |= wrong
        alive = {number: mutant for number, mutant in alive.items() if number not in wrong}


def run(program: Path, names: list[str], seconds: float, **more: str) -> str:
    """Runs some tests of a program: `ok`, `failed` or `too long`."""
    # The first failure says enough. The option is not stable yet.
    options = ["--exact", *names, "--test-threads=1", "-Zunstable-options", "--fail-fast"]
    environment = {**os.environ, "PROPTEST_CASES": "32", "CARGO_MANIFEST_DIR": str(WORK), "RUSTC_BOOTSTRAP": "1", **more}
    # Two runs of one program would take the same folders.
    with locks[program]:
        started = subprocess.Popen(
            [program, *options], cwd=WORK, env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            return "ok" if started.wait(seconds) == 0 else "failed"
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, 9)
            started.wait()
            return "too long"


locks = defaultdict(threading.Lock)


def name_of(program: Path) -> str:
    return program.stem.rsplit("-", 1)[0]


def names_in(program: Path) -> list[str]:
    said = subprocess.run([program, "--list", "--format", "terse"], cwd=WORK, stdout=subprocess.PIPE, text=True, check=True)
    return [line.removesuffix(": test") for line in said.stdout.splitlines() if line.endswith(": test")]


class Test:
    """A test without mutants: how long it takes, and which ones it comes past."""

    def __init__(self, program: Path, name: str):
        self.program, self.name = program, name
        passed = WORK / "target/passed" / f"{program.name}-{name.replace('::', '-')}"
        passed.parent.mkdir(exist_ok=True)
        passed.unlink(missing_ok=True)
        started = time.monotonic()
        self.result = run(program, [name], 900, MUTANTS_PASSED=str(passed))
        self.seconds = time.monotonic() - started
        self.passes = {int(line) for line in passed.read_text().split()} if passed.exists() else set()

    def __str__(self):
        return f"{name_of(self.program)} {self.name}"


# Tests of one program that take less than so many seconds each are run together.
TIERS = [0.2, 1, 5]


def groups(tests: list[Test]) -> list[list[Test]]:
    """What is run at once, the quickest first."""
    found = defaultdict(list)
    for one in tests:
        tier = next((at for at, seconds in enumerate(TIERS) if one.seconds < seconds), None)
        alone = one.name if tier is None else ""
        found[len(TIERS) if tier is None else tier, str(one.program), alone].append(one)
    return [group for key, group in sorted(found.items(), key=lambda item: (item[0][0], seconds_of(item[1])))]


def seconds_of(tests: list[Test]) -> float:
    return sum(one.seconds for one in tests)


def verdict(number: int, tests: list[Test]) -> tuple[str, str]:
    for group in groups([one for one in tests if number in one.passes]):
        result = run(group[0].program, [one.name for one in group], 20 + 5 * seconds_of(group), MUTANT=str(number))
        if result != "ok":
            return result, str(group[0]) if len(group) == 1 else name_of(group[0].program)
    return "missed", ""


def main():
    says = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    says.add_argument("--count", type=int, default=300, help="mutants to try")
    says.add_argument("--seed", type=int, default=1, help="another seed takes other mutants")
    says.add_argument("--jobs", type=int, default=os.cpu_count())
    says.add_argument("--longest", type=float, default=float("inf"), metavar="SECONDS",
                      help="leave out tests that take longer; more mutants are missed then")
    says.add_argument("--again", type=Path, metavar="FILE", help="only those that were missed in this output of a run")
    options = says.parse_args()
    mutants = listed()
    if options.again:
        lines = [line.split(maxsplit=1) for line in options.again.read_text().splitlines()]
        missed = {line[1] for line in lines if line[:1] == ["missed"]}
        mutants = [mutant for mutant in mutants if mutant["name"] in missed]
        options.count = min(options.count, len(mutants))
    random.Random(options.seed).shuffle(mutants)
    print(f"{len(mutants)} mutants; seed {options.seed}", flush=True)
    copy()
    alive = sample(mutants, options.count)
    every = [(program, name) for program in programs() if name_of(program) not in WITHOUT for name in names_in(program)]
    tests = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for one in pool.map(lambda test: Test(*test), every):
            if one.result != "ok":
                print(f"left out: {one} fails without a mutant", flush=True)
            elif one.seconds > options.longest:
                print(f"left out: {one} takes {one.seconds:.0f} s", flush=True)
            else:
                tests.append(one)
    print(f"{len(tests)} tests, {seconds_of(tests):.0f} s", flush=True)
    results, parts = Counter(), {}
    with ThreadPoolExecutor(options.jobs) as pool:
        tried = {number: pool.submit(verdict, number, tests) for number in alive}
        for number, mutant in alive.items():
            result, by = tried[number].result()
            results[result] += 1
            parts.setdefault(mutant["file"].split("/")[1].removesuffix(".rs"), Counter())[result] += 1
            print(f"{result:8} {mutant['name']}{f' ({by})' if by else ''}", flush=True)
    for part, found in sorted(parts.items()):
        print(f"{part:10} {found['failed'] + found['too long']} of {found.total()} seen")
    seen = results["failed"] + results["too long"]
    print(f"{seen} of {len(alive)} seen ({seen / len(alive):.1%}), {results['too long']} of them by taking too long")
    sys.exit(seen < 0.85 * len(alive))


if __name__ == "__main__":
    main()

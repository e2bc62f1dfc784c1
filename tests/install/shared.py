"""What the tests here share: what is tested, where, and how commands are run."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Both have a `release`; what is meant is the server.
sys.path[:0] = [str(ROOT / "tests/pipelines"), str(ROOT / "packaging")]
import each  # noqa: E402, F401
import pack  # noqa: E402
import release  # noqa: E402, F401

VERSION = pack.version()
NAME = pack.NAME
# What is found in it is `http-bearer-case`.
MISTAKE = "asyncapi: 3.0.0\ninfo: {title: a, version: '1'}\ncomponents: {securitySchemes: {a: {type: http, scheme: Bearer}}}\n"

says = argparse.ArgumentParser()
says.add_argument("built", type=Path)
says.add_argument("--quick", action="store_true")
says.add_argument("--optimised", action="store_true")
says.add_argument("--keep", type=Path)
says.add_argument("--only", default="", help="packs, and runs the tests with this in their names")
options = says.parse_args()

top = Path(tempfile.mkdtemp(prefix="install-"))
releases = top / "releases"
packages = releases / f"download/v{VERSION}"
built = {path.name: path / pack.program_of(path.name) for path in sorted((options.built / "bin").iterdir())}
rows = {row["target"]: row for row in pack.TARGETS}
here = pack.machine()
# What runs here as it is; of musl's only what has no library.
native = [target for target in built if (rows.get(target, {}).get("os"), rows.get(target, {}).get("cpu")) == here]
skipped = []


def run(*args, code=0, cwd=top, env=None, text="") -> str:
    """Runs a command that ends with `code`; returns all that it prints."""
    done = subprocess.run(
        [str(arg) for arg in args], cwd=cwd, env=os.environ | (env or {}), text=True, input=text,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    assert done.returncode == code, f"{args} ends with {done.returncode}, not {code}:\n{done.stdout}"
    return done.stdout


def empty(name: str) -> Path:
    path = top / name
    path.mkdir()
    return path


def skip(what: str):
    skipped.append(what)
    print(f"skipped: install: {what}", file=sys.stderr, flush=True)

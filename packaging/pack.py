#!/usr/bin/env python3
"""Makes all that a release has but the wheels from programs that are built.

    packaging/pack.py BINARIES OUT [KIND...]

BINARIES has TARGET/asyncapi-security-lsp for each target, as packaging/build.sh puts it; targets
that are missing there are left out. KIND is `archives`, `npm`, `vscode` or `texts`; without one, all
are made. Needs Python 3.10; npm for `npm` and `vscode`. The same programs give the same archives.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from datetime import datetime, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
NAME = "asyncapi-security-lsp"
RELEASES = f"https://github.com/{NAME}/{NAME}/releases"
LICENSES = ["LICENSE-APACHE", "LICENSE-MIT"]
TARGETS = json.loads((HERE / "targets.json").read_text())


def version() -> str:
    """The version of Cargo.toml, which all packages have."""
    return re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]


def run(*command, cwd: Path = ROOT) -> str:
    """Runs a command; returns what it prints."""
    # npm ends with .cmd on Windows, which is found by its path alone.
    command = [shutil.which(str(command[0])) or command[0], *command[1:]]
    done = subprocess.run(command, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"{command} ends with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def made_at() -> int:
    """The time that all packed files bear, in seconds since 1970: that of the commit."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct"))


def program_of(target: str) -> str:
    return f"{NAME}.exe" if "-windows-" in target else NAME


def archive_of(target: str) -> str:
    """The name of an archive; docs/ci.md, the installers and Cargo.toml (binstall) know it too."""
    return f"{NAME}-{version()}-{target}" + (".zip" if "-windows-" in target else ".tar.gz")


def npm_of(row: dict) -> str:
    musl = "-musl" if row.get("libc") == "musl" else ""
    return f"@{NAME}/{row['os']}-{row['cpu']}{musl}"


# Archives


def archives(built: dict[str, Path], out: Path):
    """One archive for each target, and its checksum."""
    for target, program in built.items():
        archive = out / archive_of(target)
        folder = archive.name.removesuffix(".zip").removesuffix(".tar.gz")
        files = [(f"{folder}/{program.name}", program, 0o755)]
        files += [(f"{folder}/{name}", ROOT / name, 0o644) for name in ["README.md", *LICENSES]]
        if archive.suffix == ".zip":
            zip_of(files, archive)
        else:
            tar_of(files, archive)
        Path(f"{archive}.sha256").write_text(f"{sha256(archive)}  {archive.name}\n")


def zip_of(files: list, archive: Path):
    time = datetime.fromtimestamp(made_at(), timezone.utc).timetuple()[:6]
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, path, mode in files:
            entry = zipfile.ZipInfo(name, time)
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, path.read_bytes())


def tar_of(files: list, archive: Path):
    with archive.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, made_at()) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as out:
            for name, path, mode in files:
                entry = tarfile.TarInfo(name)
                entry.mode, entry.mtime, entry.size = mode, made_at(), path.stat().st_size
                out.addfile(entry, io.BytesIO(path.read_bytes()))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# npm


def npm(built: dict[str, Path], out: Path):
    """A package for each target that holds the program, and the one that people name."""
    main = json.loads((HERE / "npm/package.json").read_text()) | {"version": version()}
    with tempfile.TemporaryDirectory() as work:
        for row in TARGETS:
            if program := built.get(row["target"]):
                folder = Path(work) / row["target"]
                npm_pack(folder, platform_of(row, main), [program], out)
        packages = {npm_of(row): version() for row in TARGETS}
        npm_pack(Path(work) / "main", main | {"optionalDependencies": packages}, [HERE / "npm/cli.js"], out)


def platform_of(row: dict, main: dict) -> dict:
    """What npm is told of the package of one target."""
    kept = ["version", "license", "homepage", "repository", "bugs"]
    libc = {"libc": [row["libc"]]} if "libc" in row else {}
    return {
        "name": npm_of(row),
        "description": f"{NAME} for {row['target']}",
        **{key: main[key] for key in kept},
        "os": [row["os"]],
        "cpu": [row["cpu"]],
        **libc,
        "files": [program_of(row["target"])],
        # A program is no file inside an archive.
        "preferUnplugged": True,
    }


def npm_pack(folder: Path, manifest: dict, files: list[Path], out: Path):
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps(manifest, indent=2) + "\n")
    shutil.copy(HERE / "about.md", folder / "README.md")
    for file in [*files, *(ROOT / name for name in LICENSES)]:
        shutil.copy(file, folder)
    for file in files:
        (folder / file.name).chmod(0o755)
    run("npm", "pack", "--silent", "--pack-destination", out, cwd=folder)


# VS Code


def vscode(built: dict[str, Path], out: Path):
    """An extension for each target with the server in it, and one for all machines without."""
    source = ROOT / "editors/vscode"
    if not (source / "node_modules").exists():
        run("npm", "ci", "--no-audit", "--no-fund", "--silent", cwd=source)
    # In a copy, so that no program is left behind in the sources.
    with tempfile.TemporaryDirectory() as work:
        extension = Path(work) / "extension"
        left_out = shutil.ignore_patterns("node_modules", "server", "out", "*.vsix")
        shutil.copytree(source, extension, ignore=left_out)
        (extension / "node_modules").symlink_to(source / "node_modules", target_is_directory=True)
        run("npm", "run", "--silent", "vscode:prepublish", cwd=extension)
        # It is built once, not for each package.
        run("npm", "pkg", "delete", "scripts.vscode:prepublish", cwd=extension)
        vsce(extension, out / f"asyncapi-security-{version()}.vsix")
        for row in TARGETS:
            if program := built.get(row["target"]):
                server = extension / "server" / program.name
                server.parent.mkdir()
                shutil.copy(program, server)
                server.chmod(0o755)
                file = f"asyncapi-security-{row['vscode']}-{version()}.vsix"
                vsce(extension, out / file, "--target", row["vscode"])
                shutil.rmtree(server.parent)


def vsce(extension: Path, file: Path, *options: str):
    run("npm", "run", "--silent", "package", "--", "--out", file, *options, cwd=extension)


# Texts


def texts(built: dict[str, Path], out: Path):
    """The installers and what `latest` reads, the schema of the settings file, and the formula of
    Homebrew where all its archives are."""
    (out / "version.txt").write_text(version() + "\n")
    for script in ["install.sh", "install.ps1"]:
        shutil.copy(ROOT / "ci" / script, out)
    for row in TARGETS:
        # Of a program that runs here.
        if row["target"] in built and (row["os"], row["cpu"]) == machine():
            schema = run(built[row["target"]].resolve(), "schema", "settings")
            (out / "asyncapi-security.schema.json").write_text(schema)
            break
    formula = (HERE / "homebrew" / f"{NAME}.rb").read_text().replace("@VERSION@", version())
    # What it says of itself is of the template.
    formula = formula.split("\n", 1)[1]
    for target in set(re.findall("@URL:(.*)@", formula)):
        archive = out / archive_of(target)
        if not archive.exists():
            return
        formula = formula.replace(f"@URL:{target}@", f"{RELEASES}/download/v{version()}/{archive.name}")
        formula = formula.replace(f"@SHA256:{target}@", sha256(archive))
    (out / f"{NAME}.rb").write_text(formula)


def machine() -> tuple[str, str]:
    """This one, in the words of npm."""
    known = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    name = platform.machine().lower()
    return platform.system().lower(), known.get(name, name)


KINDS = {"archives": archives, "npm": npm, "vscode": vscode, "texts": texts}


def main():
    says = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    says.add_argument("binaries", type=Path)
    says.add_argument("out", type=Path)
    says.add_argument("kinds", nargs="*", metavar="KIND", choices=[[], *KINDS])
    said = says.parse_args()
    built = {}
    for row in TARGETS:
        program = said.binaries / row["target"] / program_of(row["target"])
        if program.exists():
            built[row["target"]] = program
    if not built:
        raise SystemExit(f"error: there is no program of a known target below {said.binaries}")
    said.out.mkdir(parents=True, exist_ok=True)
    for kind in said.kinds or KINDS:
        KINDS[kind](built, said.out.resolve())


if __name__ == "__main__":
    main()

"""Installs each package into an empty folder and uses it. Started by run.sh.

    run.py BUILT [--quick | --optimised] [--keep FOLDER] [--only WORD]
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import entries
import registry
from client import finds, open_document
from shared import (
    MISTAKE, NAME, ROOT, VERSION, built, each, empty, native, options, pack, packages, release, releases, rows, run, skip,
    skipped, top,
)


# Making them


def all_is_packed():
    for kind, make in pack.KINDS.items():
        started = time.monotonic()
        packages.mkdir(parents=True, exist_ok=True)
        make({target: built[target] for target in built if target in rows}, packages)
        print(f"      {kind} in {time.monotonic() - started:.1f} s")


def archives_are_the_same_each_time():
    # Of what is small, for packing takes time.
    folder = empty("program")
    for target in ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"]:
        program = folder / pack.program_of(target)
        sums = []
        for at in range(2):
            program.write_text("the same")
            os.utime(program, (at, at))
            out = empty(f"{target}-{at}")
            pack.archives({target: program}, out)
            sums.append(pack.sha256(out / pack.archive_of(target)))
        assert sums[0] == sums[1], target


# The archive and its installer


def the_installer_installs():
    address = release.serve(releases)
    target = next((one for one in native if one.endswith("-musl")), native[0])
    home = empty("home")
    env = {"HOME": str(home), "ASYNCAPI_SECURITY_RELEASES": address}
    # By default it takes musl's on Linux.
    if not target.endswith("-musl"):
        env["ASYNCAPI_SECURITY_TARGET"] = target
    script = (packages / "install.sh").read_text()
    said = run("sh", env=env, text=script)
    assert f"{NAME} {VERSION} for {target} is in {home}/.local/bin\n" in said, said
    assert "is not on your PATH" in said, said
    finds(home / f".local/bin/{NAME}")
    # A download that broke off does nothing.
    lines = script.splitlines()
    folder = empty("broken-off")
    for end in range(0, len(lines) - 1, 10):
        # A shell that finds a function half read says so.
        subprocess.run(["sh"], input="\n".join(lines[:end]), env=os.environ | env | {"HOME": str(folder)}, text=True, capture_output=True)
    assert list(folder.iterdir()) == []


def musl_needs_no_library():
    targets = [target for target in built if target.endswith("-musl")]
    if not targets:
        skip("no program of musl is built")
    for target in targets:
        assert b"/lib/ld-" not in built[target].read_bytes()[:4096], target


def others_run_where_they_are_emulated():
    emulators = {"aarch64-unknown-linux-musl": "qemu-aarch64", "x86_64-pc-windows-gnu": "wine"}
    for target, emulator in emulators.items():
        if target not in built or target in native:
            continue
        if not shutil.which(emulator):
            skip(f"{target} is built, but there is no {emulator}")
            continue
        env = {"WINEDEBUG": "-all", "WINEPREFIX": str(top / "wine")}
        # So ends Wine before 9, which lacks a library that Rust's programs use; and it says that it is new here.
        first = subprocess.run([emulator, built[target], "--version"], env=os.environ | env, capture_output=True)
        if emulator == "wine" and first.returncode == 53:
            skip(f"{target} is built, but this wine is too old for it")
            continue
        finds(emulator, built[target], env=env)
        print(f"      {target} by {emulator}")


# npm


def npm(*args, cwd: Path, address: str, code=0) -> str:
    env = {"npm_config_cache": str(top / "npm-cache"), "npm_config_registry": address, "HOME": str(cwd)}
    return run("npm", *args, "--no-audit", "--no-fund", "--no-update-notifier", cwd=cwd, env=env, code=code)


def tarballs() -> list[Path]:
    return sorted(packages.glob("*.tgz"))


def npm_installs():
    for package in tarballs():
        assert "scripts" not in registry.manifest(package)
    address = registry.serve(tarballs())
    folder = empty("npm")
    npm("install", NAME, cwd=folder, address=address)
    shim = folder / f"node_modules/.bin/{NAME}"
    finds(shim)
    # Where there is no program.
    shutil.rmtree(folder / f"node_modules/@{NAME}")
    said = run(shim, "--version", code=2)
    assert "no package holds a program for" in said and "docs/install.md" in said, said
    named = {"ASYNCAPI_SECURITY_LSP_BINARY": str(built[native[0]])}
    finds(shim, env=named)
    said = run(shim, "--version", code=2, env={"ASYNCAPI_SECURITY_LSP_BINARY": "/nothing"})
    assert "/nothing cannot be started (ENOENT)" in said, said


def npm_installs_files_without_a_network():
    folder = empty("npm-offline")
    own = pack.npm_of(rows[native[0]]).rsplit("/", 1)[1]
    files = [packages / f"{NAME}-{VERSION}.tgz", packages / f"{NAME}-{own}-{VERSION}.tgz"]
    # Nobody listens there.
    npm("install", "--offline", "--save-optional", *files, cwd=folder, address="http://127.0.0.1:1")
    finds(folder / f"node_modules/.bin/{NAME}")


def npm_passes_signals_on():
    folder = empty("npm-signals")
    npm("install", NAME, cwd=folder, address=registry.serve(tarballs()))
    command = [folder / f"node_modules/.bin/{NAME}", "lsp"]
    shim = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    open_document(shim)
    shim.send_signal(signal.SIGTERM)
    assert shim.wait(timeout=60) == -signal.SIGTERM
    # Its input is open still, and its output is closed: the program has ended as well.
    shim.stdout.read()


def npm_takes_the_program_of_the_machine():
    """With packages for all machines, in which nothing is a program."""
    stubs = empty("stubs")
    (stubs / "stub").write_text("")
    with_stubs = {}
    for target in rows:
        folder = stubs / target
        folder.mkdir()
        with_stubs[target] = Path(shutil.copy(stubs / "stub", folder / pack.program_of(target)))
    out = empty("stub-packages")
    pack.npm(with_stubs, out)
    address = registry.serve(sorted(out.glob("*.tgz")))
    # Each with one that is nearly it.
    some = ["x86_64-unknown-linux-gnu", "x86_64-unknown-linux-musl", "aarch64-apple-darwin", "aarch64-pc-windows-msvc"]
    for target, row in ((target, rows[target]) for target in some):
        folder = empty(f"npm-{target}")
        libc = ["--libc", row["libc"]] if "libc" in row else []
        npm("install", NAME, "--os", row["os"], "--cpu", row["cpu"], *libc, cwd=folder, address=address)
        own = folder / "node_modules" / f"@{NAME}"
        assert [f"@{NAME}/{one.name}" for one in own.iterdir()] == [pack.npm_of(row)], target
    folder = empty("npm-other")
    npm("install", NAME, "--os", "freebsd", "--cpu", "x64", cwd=folder, address=address)
    assert not (folder / f"node_modules/@{NAME}").exists()


# PyPI


def pip_installs():
    wheels = sorted((options.built / "wheels").glob("*.whl")) if (options.built / "wheels").exists() else []
    if not wheels:
        return skip("no wheel is built")
    shutil.copytree(options.built / "wheels", packages, dirs_exist_ok=True)
    run("maturin", "sdist", "--out", packages, cwd=ROOT)
    source = packages / f"{NAME.replace('-', '_')}-{VERSION}.tar.gz"
    assert f"{source.name.removesuffix('.tar.gz')}/packaging/about.md" in entries.names_in(source)
    run("twine", "check", "--strict", source, *wheels)
    # A wheel without a module is what it is.
    run("check-wheel-contents", "--ignore", "W007,W008", *wheels)
    folder = empty("pip")
    run(sys.executable, "-m", "venv", "venv", cwd=folder)
    run("venv/bin/pip", "install", "--no-index", "--find-links", options.built / "wheels", NAME, cwd=folder)
    finds(folder / f"venv/bin/{NAME}")


def pre_commit_installs_the_wheel():
    wheels = options.built / "wheels"
    if not wheels.exists():
        return skip("there is no wheel for pre-commit")
    page = (ROOT / "docs/ci.md").read_text()
    [config] = [text for text in re.findall(r"```yaml\n(.*?)```", page, re.S) if "repo: local" in text]
    folder = empty("pre-commit")
    (folder / ".pre-commit-config.yaml").write_text(config)
    (folder / "orders.yaml").write_text(MISTAKE)
    run("git", "init", "-q", cwd=folder)
    run("git", "add", ".", cwd=folder)
    env = {"PRE_COMMIT_HOME": str(top / "pre-commit-home"), "PIP_FIND_LINKS": str(wheels)}
    said = run("pre-commit", "run", "--all-files", cwd=folder, env=env, code=1)
    assert "orders.yaml:3:56" in said and "http-bearer-case" in said, said


# Cargo


def cargo_installs():
    started = time.monotonic()
    out = empty("cargo")
    run("cargo", "package", "--locked", "--no-verify", "--allow-dirty", "--quiet", "--target-dir", out, cwd=ROOT)
    crate = out / f"package/{NAME}-{VERSION}.crate"
    shutil.copy(crate, packages)
    with tarfile.open(crate) as tar:
        tar.extractall(out, filter="data")
    source = out / f"{NAME}-{VERSION}"
    # They are as old as in the archive, and cargo takes what it built of another crate for theirs.
    (source / "src/lib.rs").touch()
    (source / "src/main.rs").touch()
    names = {str(path.relative_to(source)) for path in source.rglob("*")}
    for needed in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "Cargo.lock", "src/main.rs"]:
        assert needed in names, needed
    assert not [name for name in names if name.startswith(("tests", "editors", "fuzz", "packaging", "docs"))]
    if options.quick:
        run("cargo", "check", "--locked", "--quiet", "--target-dir", ROOT / "target", cwd=source)
        return skip("the crate is checked, not installed")
    # Not optimised, what the tests have built serves for it as well.
    how = [] if options.optimised else ["--debug"]
    target = ROOT / "target"
    run("cargo", "install", "--quiet", "--locked", *how, "--path", source, "--root", out / "root", "--target-dir", target, cwd=out)
    finds(out / f"root/bin/{NAME}")
    print(f"      cargo install{' --debug' if how else ''} in {time.monotonic() - started:.0f} s")


# Editors


def extensions_hold_their_program():
    universal = packages / f"asyncapi-security-{VERSION}.vsix"
    assert not [name for name in names_in_zip(universal) if "server/" in name]
    for target in built:
        if target not in rows:
            continue
        row = rows[target]
        file = packages / f"asyncapi-security-{row['vscode']}-{VERSION}.vsix"
        program = f"extension/server/{pack.program_of(target)}"
        names = names_in_zip(file)
        assert set(names) - set(names_in_zip(universal)) == {program}, names
        with zipfile.ZipFile(file) as opened:
            assert f'TargetPlatform="{row["vscode"]}"' in opened.read("extension.vsixmanifest").decode()
            assert opened.getinfo(program).external_attr >> 16 & 0o111, "it may not be executed"
            assert opened.read(program) == built[target].read_bytes()
    for name in names_in_zip(universal):
        print(f"      {name}")


def names_in_zip(file: Path) -> list[str]:
    return zipfile.ZipFile(file).namelist()


TESTS = [
    all_is_packed,
    archives_are_the_same_each_time,
    the_installer_installs,
    musl_needs_no_library,
    others_run_where_they_are_emulated,
    npm_installs,
    npm_installs_files_without_a_network,
    npm_passes_signals_on,
    npm_takes_the_program_of_the_machine,
    pip_installs,
    pre_commit_installs_the_wheel,
    cargo_installs,
    entries.binstall_finds_the_archives,
    extensions_hold_their_program,
    entries.mason_finds_the_archives,
    entries.editors_know_the_settings_file,
    entries.homebrew_finds_the_archives,
]


def main():
    tests = [test for test in TESTS if test is all_is_packed or options.only in test.__name__]
    failed = each.failures(tests)
    for file in sorted(packages.iterdir()):
        if file.stat().st_size > 1000:
            print(f"{file.stat().st_size / 1e6:8.2f} MB  {file.name}")
    if options.keep:
        shutil.copytree(packages, options.keep, dirs_exist_ok=True)
    shutil.rmtree(top)
    print(f"{len(tests) - failed} passed, {failed} failed, {len(skipped)} skipped")
    sys.exit(failed > 0)


main()

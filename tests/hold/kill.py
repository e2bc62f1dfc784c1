#!/usr/bin/env python3
"""What `check --fix` does to files when it is killed, when the disk is full, and among links, pipes
and devices: every file must be old or new, whole, nothing else written, and nothing may hang.

    kill.py BINARY [--runs N] [--files N] [--seed N]

Prints counts; the exit code is 1 if anything did not hold. Mounts a small disk if it may (root),
and limits the size of files in any case."""

import argparse
import collections
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

LEFTOVER = ".asyncapi-security-lsp-"
SECONDS = 60


class Trial:
    def __init__(self, binary, files, seed):
        self.binary, self.random = os.path.abspath(binary), random.Random(seed)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="kill-"))
        self.texts = {f"d{at % 7}/f{at}.yaml": document(at) for at in range(files)}
        self.failures = 0

    def fail(self, words):
        self.failures += 1
        if self.failures <= 20:
            print("  FAILED:", words)

    def folder(self, name):
        """A folder with all documents as they are before."""
        folder = self.root / name
        self.restore(folder)
        return folder

    def restore(self, folder):
        for name, text in self.texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_bytes() != text:
                path.write_bytes(text)

    def run(self, folder, *arguments, **options):
        """Exit code, standard output, standard error; a run that does not end is a failure."""
        try:
            done = subprocess.run([self.binary, "check", "--no-config", *arguments], cwd=folder, timeout=SECONDS,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, **options)
        except subprocess.TimeoutExpired:
            self.fail(f"{' '.join(arguments)} in {folder.name} does not end")
            return None, "", ""
        return done.returncode, done.stdout, done.stderr

    def state(self, folder):
        """How many documents are old, new or neither, and how many other files are leftovers."""
        count = collections.Counter()
        for name, text in self.texts.items():
            now = (folder / name).read_bytes() if (folder / name).is_file() else None
            what = "old" if now == text else "new" if now == fixed(text) else "damaged"
            count[what] += 1
            if what == "damaged":
                self.fail(f"{name} has {'gone' if now is None else f'{len(now)} bytes of {len(text)}'}")
        for path in folder.rglob("*"):
            if path.is_file() and str(path.relative_to(folder)) not in self.texts:
                if path.name.startswith(LEFTOVER):
                    count["leftover"] += 1
                else:
                    self.fail(f"{path} was written")
        return count


def document(at):
    """A document with one finding that is fixed; of one to 40 KB, some with other line ends."""
    text = ("asyncapi: 2.6.0\ncomponents:\n  securitySchemes:\n    a:\n      type: http\n      scheme: Bearer # who\n"
            + "# a line of many that a cut would lose\n" * (at * 37 % 1000))
    text = text.replace("\n", "\r\n") if at % 3 == 1 else text
    return (b"\xef\xbb\xbf" if at % 5 == 2 else b"") + text.encode()


def fixed(text):
    return text.replace(b"Bearer", b"bearer")


def killed(trial, runs):
    folder = trial.folder("killed")
    started = time.monotonic()
    trial.run(folder, "--fix", ".")
    whole = time.monotonic() - started
    total, cut_off = collections.Counter(trial.state(folder)), 0
    if total["new"] != len(trial.texts):
        trial.fail(f"a run that is not killed fixes {total['new']} files")
    total = collections.Counter()
    for _ in range(runs):
        trial.restore(folder)
        process = subprocess.Popen([trial.binary, "check", "--no-config", "--fix", "."], cwd=folder,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=trial.random.uniform(0, whole))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            cut_off += 1
        count = trial.state(folder)
        leftovers = count.pop("leftover", 0)
        total.update(count)
        total["leftovers"] = leftovers  # They stay, so that later runs meet them.
    _, out, _ = trial.run(folder, ".")
    if f" in {len(trial.texts)} documents" not in out.splitlines()[-1]:
        trial.fail(f"leftovers count: {out.splitlines()[-1:]}")
    print(f"killed: {runs} runs over {len(trial.texts)} files, {cut_off} of them killed, a whole run takes {whole:.2f} s;"
          f" files old {total['old']}, new {total['new']}, damaged {total['damaged']};"
          f" hidden leftovers {total['leftovers']}")


def said_as_done(trial, folder, code, err, where):
    """What a run says must be what it did."""
    count = trial.state(folder)
    if code is None:
        return count
    if count["leftover"]:
        trial.fail(f"{where}: {count['leftover']} files left over")
    line = (err.splitlines() or [""])[-1]
    if f"fixed {count['new']} finding" not in line:
        trial.fail(f"{where}: {count['new']} files are new, and it says `{line}`")
    if code != (2 if count["old"] else 0):
        trial.fail(f"{where}: {count['old']} files are old, and the exit code is {code}")
    return count


def limited(trial):
    """No file may have more than so many bytes: a write stops in the middle, as on a full disk."""
    total, runs = collections.Counter(), 0
    for limit in (0, 1, 300, 4096, 20_000):
        for ignored in (True, False):
            def prepare(limit=limit, ignored=ignored):
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN if ignored else signal.SIG_DFL)
            folder = trial.folder("limited")
            code, _, err = trial.run(folder, "--fix", ".", preexec_fn=prepare, restore_signals=False)
            count = (said_as_done(trial, folder, code, err, f"limit {limit}") if ignored
                     else trial.state(folder))  # Killed by SIGXFSZ.
            shutil.rmtree(folder)
            total.update(count)
            runs += 1
    print(f"limited: {runs} runs; files old {total['old']}, new {total['new']}, damaged {total['damaged']}")


def full(trial):
    disk = trial.root / "disk"
    disk.mkdir()
    need = sum(len(text) for text in trial.texts.values())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={need * 2 + (4 << 20)}", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        print("full: skipped, no disk can be mounted")
        return
    total, runs = collections.Counter(), 0
    try:
        for free in (0, 1, 2, 4, 8, 16):  # In pages.
            folder = disk / "documents"
            trial.restore(folder)
            fill(disk / "filler", free * resource.getpagesize())
            code, _, err = trial.run(folder, "--fix", ".")
            total.update(said_as_done(trial, folder, code, err, f"{free} pages free"))
            shutil.rmtree(folder)
            (disk / "filler").unlink()
            runs += 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    print(f"full: {runs} runs; files old {total['old']}, new {total['new']}, damaged {total['damaged']}")


def fill(path, free):
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
        file.truncate(max(0, file.seek(0, os.SEEK_END) - free))


def links(trial):
    folder, outside = trial.folder("links"), trial.root / "outside"
    secret = document(1)
    targets = [outside / name for name in ("by-file.yaml", "by-folder/x.yaml", "by-hard.yaml", "by-name.yaml")]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(secret)
    ways = [folder / name for name in ("by-file.yaml", "by-folder", "d0/by-hard.yaml", "by-name.yaml")]
    ways[0].symlink_to(targets[0])
    ways[1].symlink_to(targets[1].parent)
    os.link(targets[2], ways[2])
    ways[3].symlink_to(targets[3])
    (folder / "a-inside.yaml").symlink_to("d0/f0.yaml")
    for arguments in (["--fix", "."], ["--fix", "by-name.yaml", "."]):
        trial.restore(folder)
        trial.run(folder, *arguments)
        for target in targets:
            if target.read_bytes() != secret:
                trial.fail(f"{target.name} outside was written")
                target.write_bytes(secret)
        for way in (*ways[:2], ways[3], folder / "a-inside.yaml"):
            if not way.is_symlink():
                trial.fail(f"{way.name} is no link any more")
    for way in (*ways, folder / "a-inside.yaml"):
        way.unlink()
    count = trial.state(folder)
    if count["old"]:
        trial.fail(f"{count['old']} files inside were not fixed")
    print(f"links: {len(targets)} files outside by symbolic and hard links; files new {count['new']}")


def special(trial):
    folder = trial.folder("special")
    os.mkfifo(folder / "pipe.yaml")
    os.mkfifo(folder / "asyncapi-security.toml")
    os.mkfifo(folder / "d0" / ".gitignore")
    os.mkfifo(folder / "d1" / ".ignore")
    (folder / "d2" / ".gitignore").symlink_to("/dev/zero")
    for name, target in (("zero.yaml", "/dev/zero"), ("tty.yaml", "/dev/tty"), ("to-pipe.json", "pipe.yaml"),
                         ("random.json", "/dev/urandom"), ("loop.yaml", "loop.yaml"), ("nowhere.yml", "missing")):
        (folder / name).symlink_to(target)
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)
        server.bind("socket.yaml")
        os.chdir(here)
        calls = [["."], ["--fix", "."], ["--fix", "--diff", "."], ["--format", "json", "."],
                 *(["--fix", name] for name in ("zero.yaml", "tty.yaml", "random.json", "loop.yaml", "nowhere.yml",
                                                "socket.yaml", "/dev/zero", "/dev/tty", "/dev/null", "d0", "d1", "d2"))]
        for arguments in calls:
            code, _, _ = trial.run(folder, *arguments)
            if code != 2 and code is not None:
                trial.fail(f"{' '.join(arguments)} has exit code {code}")
    for name in ("d0/.gitignore", "d1/.ignore", "d2/.gitignore"):
        (folder / name).unlink()
    for arguments, expected in ((["."], 1), (["--fix", "."], 0)):
        code, _, err = trial.run(folder, *arguments)
        if code != expected and code is not None:
            trial.fail(f"{' '.join(arguments)} has exit code {code}")
        if err.count("passed over") != 8:
            trial.fail(f"{err.count('passed over')} of 8 things are said to be passed over")
    print(f"special: {len(calls) + 2} runs among pipes, devices, sockets and broken links")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="after which a run hangs")
    options = parser.parse_args()
    globals()["SECONDS"] = options.seconds
    trial = Trial(options.binary, options.files, options.seed)
    try:
        killed(trial, options.runs)
        limited(trial)
        full(trial)
        links(trial)
        special(trial)
    finally:
        shutil.rmtree(trial.root)
    print(f"{trial.failures} failures")
    return min(trial.failures, 1)


if __name__ == "__main__":
    sys.exit(main())

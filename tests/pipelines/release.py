"""A release as docs/ci.md says, and a server that gives it away as GitHub would."""

import functools
import hashlib
import http.server
import tarfile
import threading
from pathlib import Path


def write(folder: Path, program: Path, root: Path, version: str, target: str) -> Path:
    """Writes an archive and its checksum; returns the archive."""
    name = f"asyncapi-security-lsp-{version}-{target}"
    folder = folder / "download" / f"v{version}"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / f"{name}.tar.gz"
    # Not packed hard: a program that is built for tests is large.
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(program, f"{name}/asyncapi-security-lsp")
        for file in ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]:
            tar.add(root / file, f"{name}/{file}")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    Path(f"{archive}.sha256").write_text(f"{digest}  {archive.name}\n")
    (folder / "version.txt").write_text(f"{version}\n")
    return archive


class Server(http.server.SimpleHTTPRequestHandler):
    """Gives files, and leads from `latest` to those of the newest release."""

    def do_GET(self):
        latest = "/latest/download/"
        if self.path.startswith(latest):
            [version] = (Path(self.directory) / "download").iterdir()
            self.send_response(302)
            self.send_header("Location", f"/download/{version.name}/{self.path.removeprefix(latest)}")
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


def serve(folder: Path) -> str:
    """Serves a folder as long as this program runs; returns its address."""
    handler = functools.partial(Server, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"

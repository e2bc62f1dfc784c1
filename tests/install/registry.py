"""A registry of npm on this machine, with the packages of a folder and no others."""

import base64
import hashlib
import http.server
import json
import tarfile
import threading
from pathlib import Path
from urllib.parse import unquote


def manifest(package: Path) -> dict:
    """The package.json in a package."""
    with tarfile.open(package) as tar:
        return json.load(tar.extractfile("package/package.json"))


def serve(packages: list[Path]) -> str:
    """Serves packages as long as this program runs; returns the address."""
    known = {manifest(package)["name"]: package for package in packages}

    class Registry(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            name = unquote(self.path.removeprefix("/"))
            file = next((one for one in packages if f"-/{one.name}" == name), None)
            if file:
                self.answer(200, file.read_bytes())
            elif name in known:
                self.answer(200, json.dumps(about(known[name])).encode())
            else:
                self.answer(404, b"{}")

        def answer(self, code: int, body: bytes):
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    address = f"http://127.0.0.1:{server.server_port}"

    def about(package: Path) -> dict:
        said = manifest(package)
        digest = base64.b64encode(hashlib.sha512(package.read_bytes()).digest()).decode()
        said["dist"] = {"tarball": f"{address}/-/{package.name}", "integrity": f"sha512-{digest}"}
        return {"name": said["name"], "dist-tags": {"latest": said["version"]}, "versions": {said["version"]: said}}

    threading.Thread(target=server.serve_forever, daemon=True).start()
    return address

"""The two documents: what is planted in them, and where things stand."""

import re
from pathlib import Path

FILE, OTHER = "orders.asyncapi.yaml", "shared/security.yaml"
SCHEMES = ["account", "clientCertificate", "machineKey", "headerKey", "bearer", "company", "shopLogin", "partnerLogin"]
TYPES = {"userPassword", "apiKey", "X509", "symmetricEncryption", "asymmetricEncryption", "httpApiKey", "http",
         "oauth2", "openIdConnect"}
SASL = {"plain", "scramSha256", "scramSha512", "gssapi"}  # since 2.1.0
POINTER = "#/components/securitySchemes/"


class Shop:
    """A document, and its lines; lines and columns count from 0, as in the protocol."""

    def __init__(self, version, text):
        self.version, self.text, self.lines = version, text, text.split("\n")
        self.is_3 = version.startswith("3")
        self.types = TYPES | SASL if self.is_3 else TYPES
        self.scopes_field = "availableScopes" if self.is_3 else "scopes"

    @classmethod
    def read(cls, folder, version):
        return cls(version, Path(folder, version, FILE).read_text())

    def line(self, text, start=0):
        """The number of a line with exactly this text."""
        return self.lines.index(text, start)

    def at(self, line, word, into=1):
        """The position a few characters into a word of a line."""
        return {"line": line, "character": self.lines[line].index(word) + into}

    def declaration(self, name):
        return self.line(f"    {name}:")

    def end(self, name):
        """The last line of a scheme."""
        after = SCHEMES.index(name) + 1
        text_end = len(self.lines) - 1 if self.lines[-1] else len(self.lines) - 2
        return self.declaration(SCHEMES[after]) - 1 if after < len(SCHEMES) else text_end

    def requirement(self, name):
        """How a list requires a scheme."""
        return f"      - $ref: '{POINTER}{name}'" if self.is_3 else f"      - {name}: []"

    def uses(self, name):
        return [number for number, line in enumerate(self.lines) if line == self.requirement(name)]

    def renamed(self, name, new):
        """The text after a rename."""
        lines = list(self.lines)
        for number in [self.declaration(name), *self.uses(name)]:
            lines[number] = lines[number].replace(name, new)
        return "\n".join(lines)

    def with_line(self, number, *instead):
        """The document with other lines in the place of one."""
        return Shop(self.version, "\n".join([*self.lines[:number], *instead, *self.lines[number + 1:]]))

    def faults(self):
        """What is planted: name, and the lines on which a report of it may stand.

        A missing field may be reported on the flow, on the flows, or on any line of the flow.
        """
        flow = self.line("        authorizationCode:", self.declaration("partnerLogin"))
        relative = self.line("          tokenUrl: /oauth/token")
        return {
            "undefined reference": {self.line(self.requirement("acount"))},
            "relative URL": {relative},
            "missing field": set(range(flow - 1, self.end("partnerLogin") + 1)),
            "undefined scope": {self.misspelt_scope()},
        }

    def misspelt_scope(self):
        return self.line("        - orders:wirte" if self.is_3 else "          - orders:wirte")


def words(result):
    """The text of a hover."""
    contents = (result or {}).get("contents") or ""
    parts = contents if isinstance(contents, list) else [contents]
    return "\n".join(part if isinstance(part, str) else part.get("value", "") for part in parts).strip()


def places(result):
    """The (uri, first line) of locations and links to locations."""
    found = result if isinstance(result, list) else [result] if result else []
    return [(place["targetUri"], place["targetSelectionRange"]["start"]["line"]) if "targetUri" in place
            else (place["uri"], place["range"]["start"]["line"]) for place in found]


def edits(edit, uri):
    """The edits of one document in an edit of the workspace."""
    if not edit:
        return []
    found = list(edit.get("changes", {}).get(uri, []))
    for change in edit.get("documentChanges") or []:
        if change.get("textDocument", {}).get("uri") == uri:
            found += change["edits"]
    return found


def applied(text, changes):
    """A text after edits; columns are characters here, for the documents are ASCII."""
    starts = [0] + [match.end() for match in re.finditer("\n", text)]

    def offset(position):
        line = position["line"]
        return starts[line] + position["character"] if line < len(starts) else len(text)

    for change in sorted(changes, key=lambda one: offset(one["range"]["start"]), reverse=True):
        new = change.get("newText", change.get("snippet", {}).get("value", ""))
        text = text[:offset(change["range"]["start"])] + new + text[offset(change["range"]["end"]):]
    return text

"""What the servers are asked, and what counts as right.

A verdict is a word and what to add to it: `right`, `partly`, `other` (an answer, but not to what was
asked), `nothing` (an empty answer).
"""

import re

from shop import OTHER, POINTER, SCHEMES, applied, edits, places, words

RIGHT, PARTLY, OTHER_THAN_ASKED, NOTHING = "right", "partly", "other", "nothing"


def diagnostics(shop, found):
    """Which of the planted faults are reported, and what else is."""
    faults, left = {name: [] for name in shop.faults()}, []
    for one in found:
        number = one["range"]["start"]["line"]
        for name, lines in shop.faults().items():
            if number in lines and one.get("severity", 1) < 4:
                faults[name].append(one)
                break
        else:
            left.append(one)
    return faults, left


def _labels(result):
    items = result.get("items", []) if isinstance(result, dict) else result or []
    return [item["label"].strip("'\" ").rstrip(":") for item in items]


def completions(shop):
    """Changed documents, where the cursor is in them, and how the list is judged."""
    account = shop.line("      type: userPassword")
    relative = shop.line("          tokenUrl: /oauth/token")
    typo = shop.line(shop.requirement("acount"))
    scope = shop.misspelt_scope()
    requirement = "      - $ref: ''" if shop.is_3 else "      - "
    dash = re.match(" *- ", shop.lines[scope])[0]
    return {
        "completion of a type": (shop.with_line(account, "      type: "), account, 12, _types),
        "completion of a flow's field": (
            shop.with_line(relative, shop.lines[relative], "          "), relative + 1, 10, _fields),
        "completion of a required scheme": (
            shop.with_line(typo, requirement), typo, len(requirement) - shop.is_3, _schemes),
        "completion of a scope": (shop.with_line(scope, dash), scope, len(dash), _scopes),
    }


def _judge_list(labels, wanted, unwanted):
    offered = set(labels)
    missing, other = wanted - offered, offered & unwanted if unwanted is not None else offered - wanted
    if not offered & wanted:
        return (OTHER_THAN_ASKED, "only others: " + ", ".join(labels[:4])) if offered else (NOTHING, "")
    if not missing and not other:
        return RIGHT, ""
    said = []
    if missing:
        said.append(f"{len(wanted) - len(missing)} of {len(wanted)}")
    if other:
        said.append(f"{len(other)} that do not fit: " + ", ".join(sorted(other)[:3]))
    return PARTLY, "; ".join(said)


def _types(shop, result):
    return _judge_list(_labels(result), shop.types, None)


def _fields(shop, result):
    # A flow `clientCredentials` must not have an `authorizationUrl`; the others are there already.
    return _judge_list(_labels(result), {"refreshUrl"}, {"authorizationUrl", "tokenUrl", shop.scopes_field})


def _schemes(shop, result):
    # The scheme in the other file may be referred to there as well.
    labels = [label.removeprefix(POINTER).rstrip("/").split("/")[-1] for label in _labels(result)]
    return _judge_list(labels, set(SCHEMES), None)


def _scopes(_shop, result):
    return _judge_list(_labels(result), {"orders:write"}, {"partner:read"})


def _start(said):
    """The first words, on one line."""
    return " ".join(said.replace("*", "").replace("#", "").split())[:45]


def hover_field(_shop, result):
    said = words(result)
    if not said:
        return NOTHING, ""
    return (RIGHT, "") if re.search("authorization (url|endpoint)", said, re.I) else (OTHER_THAN_ASKED, _start(said))


def hover_scheme(_shop, result):
    said = words(result)
    if not said:
        return NOTHING, ""
    return (RIGHT, "") if re.search("userPassword|A name and a password", said) else (OTHER_THAN_ASKED, _start(said))


def definition(shop, result):
    found = places(result)
    if not found:
        return NOTHING, ""
    return (RIGHT, "") if [line for _, line in found] == [shop.declaration("account")] else (OTHER_THAN_ASKED, f"{found}"[:60])


def definition_in_file(_shop, result):
    found = places(result)
    if not found:
        return NOTHING, ""
    uri, line = found[0]
    if not uri.endswith(OTHER):
        return OTHER_THAN_ASKED, "not the other file"
    # Its key, or the first line of its value.
    return (RIGHT, "") if line in (0, 1) else (PARTLY, f"the file, line {line + 1}")


def _lines(found, wanted, declaration):
    if not found:
        return NOTHING, ""
    lines = set(found)
    if lines - {declaration} == wanted:
        return RIGHT, ""
    return (PARTLY, f"{len(lines & wanted)} of {len(wanted)}") if lines & wanted else (OTHER_THAN_ASKED, "other places")


def references(shop, result):
    return _lines([line for _, line in places(result)], set(shop.uses("account")), shop.declaration("account"))


def highlights(shop, result):
    lines = [one["range"]["start"]["line"] for one in result or []]
    return _lines(lines, set(shop.uses("account")), shop.declaration("account"))


def rename(shop, result, uri):
    changes = edits(result, uri)
    if not changes:
        return NOTHING, ""
    right = applied(shop.text, changes) == shop.renamed("account", "login")
    return (RIGHT, "") if right else (OTHER_THAN_ASKED, f"{len(changes)} edits give another text")


def symbols(shop, result):
    found, todo = [], list(result or [])
    while todo:
        one = todo.pop()
        todo += one.get("children") or []
        place = one.get("selectionRange") or one["location"]["range"]
        found.append((one["name"], place["start"]["line"]))
    if not found:
        return NOTHING, ""
    here = sum(any(name.split()[0].strip(":") == scheme and line == shop.declaration(scheme) for name, line in found
                   if name.strip()) for scheme in SCHEMES)
    more = f"{here} of {len(SCHEMES)} schemes; {len(found)} symbols"
    return (RIGHT if here == len(SCHEMES) else PARTLY if here else OTHER_THAN_ASKED, more)


def workspace_symbols(shop, result):
    found = [one["location"]["range"]["start"]["line"] for one in result or []
             if "shopLogin" in one["name"] and "range" in one["location"]]
    if not result:
        return NOTHING, ""
    return (RIGHT, "") if shop.declaration("shopLogin") in found else (OTHER_THAN_ASKED, "")


def links(shop, result):
    if not result:
        return NOTHING, ""
    line = shop.declaration("clientCertificate") + 1
    file = any(one["range"]["start"]["line"] == line and OTHER in one.get("target", "") for one in result)
    urls = sum(one.get("target", "").startswith("http") for one in result)
    return (RIGHT if file else OTHER_THAN_ASKED, f"{urls} addresses" if urls else "no addresses")


def folds(shop, result):
    if not result:
        return NOTHING, ""
    wanted = (shop.declaration("shopLogin"), shop.end("shopLogin"))
    right = any((one["startLine"], one["endLine"]) == wanted for one in result)
    return (RIGHT if right else OTHER_THAN_ASKED, f"{len(result)} ranges")


def selections(shop, result):
    chain, one = [], (result or [None])[0]
    while one:
        span = one["range"]
        chain.append(((span["start"]["line"], span["start"]["character"]), (span["end"]["line"], span["end"]["character"])))
        one = one.get("parent")
    if len(chain) < 2:
        return NOTHING, ""
    grows = all(outer[0] <= inner[0] and inner[1] <= outer[1] and inner != outer
                for inner, outer in zip(chain, chain[1:]))
    first, last = shop.declaration("shopLogin"), shop.end("shopLogin")
    scheme = any(start[0] in (first, first + 1) and end in ((last, len(shop.lines[last])),) or
                 (start[0] in (first, first + 1) and end[0] == last + 1) for start, end in chain)
    if not grows:
        return OTHER_THAN_ASKED, "steps that do not grow"
    return (RIGHT if scheme else PARTLY, f"{len(chain)} steps" + ("" if scheme else ", none is the scheme"))


def mended(shop, name, text):
    """Whether a text has a planted fault no more."""
    lines = text.split("\n")
    flow = lines.index("        authorizationCode:", lines.index("    partnerLogin:"))
    return {
        "undefined reference": len([line for line in lines if line == shop.requirement("account")])
                               == len(shop.uses("account")) + 1 and shop.requirement("acount") not in lines,
        "undefined scope": lines[shop.misspelt_scope()].endswith(" - orders:write"),
        "missing field": any(line.startswith("          tokenUrl:") for line in lines[flow:]),
        "relative URL": "          tokenUrl: https://" in text and "tokenUrl: /" not in text,
    }[name]


def lenses(shop, result):
    if not result:
        return NOTHING, ""
    lines = {one["range"]["start"]["line"] for one in result}
    here = sum(shop.declaration(name) in lines for name in SCHEMES)
    titles = {(one.get("command") or {}).get("title", "") for one in result}
    if not here:
        return OTHER_THAN_ASKED, "others: " + ", ".join(sorted(titles))[:40]
    return (RIGHT if here == len(SCHEMES) else PARTLY, f"{here} of {len(SCHEMES)} schemes")


def hints(_shop, result):
    return (RIGHT, f"{len(result)} hints") if result else (NOTHING, "")


def tokens(shop, result):
    data = (result or {}).get("data") or []
    line = column = 0
    starts = set()
    for index in range(0, len(data), 5):
        line, column = line + data[index], data[index + 1] + (0 if data[index] else column)
        starts.add((line, column))
    if not starts:
        return NOTHING, ""
    here = sum((shop.declaration(name), 4) in starts for name in SCHEMES)
    return (RIGHT if here == len(SCHEMES) else PARTLY if here else OTHER_THAN_ASKED,
            f"{here} of {len(SCHEMES)} schemes; {len(starts)} tokens")

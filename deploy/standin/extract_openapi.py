"""Take the operations that the stand-in imitates out of GitHub's OpenAPI document (npm's `@octokit/openapi`, MIT).

npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
python -m deploy.standin.extract_openapi package/generated/api.github.com.json
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from deploy.standin.document import DOCUMENT
from deploy.standin.operations import HANDLERS

PROSE = {"description", "example", "examples", "externalDocs", "summary", "tags", "title", "x-github"}
NAMES_INSIDE = {"properties", "schemas", "parameters"}  # their keys are names, not keywords
KEPT = ("operationId", "parameters", "requestBody", "responses")
# What GitHub answers and its document denies: schema and property that may be null.
MAY_BE_NULL = (
    ("pull-request-review-comment", "line"),  # of an outdated comment, and of one on a whole file
    ("pull-request-review-comment", "position"),  # as above
)
# What is one of several things, and all of them at once in the document: a user or an enterprise.
ONE_OF_THEM = frozenset({"account"})


def without_prose(node: Any, *, names: bool = False) -> Any:
    """Leave out what only people read, and set right what cannot be meant."""
    if isinstance(node, dict):
        kept = {k: without_prose(v, names=k in NAMES_INSIDE) for k, v in node.items() if names or k not in PROSE}
        for name in ONE_OF_THEM & kept.keys() if names else ():
            kept[name] = {"anyOf" if key == "allOf" else key: value for key, value in kept[name].items()}
        return kept
    return [without_prose(each) for each in node] if isinstance(node, list) else node


def references(node: Any) -> Iterator[tuple[str, str]]:
    """Find the components that a part of the document points to: kind and name."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            _, _, kind, name = node["$ref"].split("/")
            yield kind, name
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def operation(full: dict[str, Any]) -> dict[str, Any]:
    """Keep of an operation what requests and successful answers look like."""
    kept = {key: full[key] for key in KEPT if key in full}
    kept["responses"] = {status: body for status, body in kept["responses"].items() if status.startswith("2")}
    return dict(without_prose(kept))


def extract(document: dict[str, Any], wanted: frozenset[str], may_be_null: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Cut the document down to *wanted* operations and all that they refer to, and correct what it denies."""
    paths: dict[str, Any] = {}
    for path, methods in document["paths"].items():
        for method, full in methods.items():
            if isinstance(full, dict) and full.get("operationId") in wanted:
                paths.setdefault(path, {})[method] = operation(full)
    components: dict[str, Any] = {}
    pending = list(references(paths))
    while pending:
        kind, name = pending.pop()
        if name not in components.setdefault(kind, {}):
            components[kind][name] = without_prose(document["components"][kind][name])
            pending.extend(references(components[kind][name]))
    for name, wrong in may_be_null:
        components["schemas"][name]["properties"][wrong]["nullable"] = True
    return {
        "info": {"title": "GitHub REST API, in part", "license": "MIT", "source": "@octokit/openapi"},
        "paths": paths,
        "components": {kind: dict(sorted(each.items())) for kind, each in sorted(components.items())},
    }


def main() -> None:
    """Write the cut next to the stand-in."""
    document = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    cut = extract(document, frozenset(HANDLERS), MAY_BE_NULL)
    DOCUMENT.write_text(json.dumps(cut, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()

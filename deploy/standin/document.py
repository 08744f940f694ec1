"""GitHub's published OpenAPI document, in part: which operation a request is, and what is wrong with it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

DOCUMENT = Path(__file__).with_name("openapi.json")
PARAMETER = re.compile(r"\{(\w+)\}")
COMBINED = ("allOf", "oneOf", "anyOf")


@dataclass(frozen=True)
class Operation:
    """One operation of the document, by the name that GitHub gave it."""

    id: str
    method: str
    template: str
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None
    answers: Mapping[str, dict[str, Any] | None]  # status -> schema of the JSON body

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Give the expression that this operation's paths match."""
        wide = {each["name"] for each in self.parameters if each["in"] == "path" and each.get("x-multi-segment")}
        parts = PARAMETER.split(self.template)
        fixed, names = parts[::2], parts[1::2]
        groups = [f"(?P<{name}>{'.*' if name in wide else '[^/]+'})" for name in names]
        return re.compile("".join(re.escape(a) + b for a, b in zip(fixed, [*groups, ""], strict=True)))

    @property
    def status(self) -> int:
        """Give the status of success."""
        return int(min(self.answers))

    @property
    def specificity(self) -> tuple[int, int]:
        """Rank templates: those that say more literally come first."""
        return -len(PARAMETER.sub("", self.template)), len(PARAMETER.findall(self.template))


class Document:
    """The operations, found by method and path, and judges of what is sent and answered."""

    def __init__(self, path: Path = DOCUMENT) -> None:
        raw = json.loads(path.read_text("utf-8"))
        self._components = with_null(raw["components"])
        self.operations = {
            full["operationId"]: self._operation(method.upper(), template, with_null(full))
            for template, methods in raw["paths"].items()
            for method, full in methods.items()
        }
        self._by_rank = sorted(self.operations.values(), key=lambda each: each.specificity)
        self._validators: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}

    def _operation(self, method: str, template: str, full: dict[str, Any]) -> Operation:
        answers = {
            status: self._resolved(answer).get("content", {}).get("application/json", {}).get("schema")
            for status, answer in full["responses"].items()
        }
        content = full.get("requestBody", {}).get("content", {})
        body = content.get("application/json", {}).get("schema")
        parameters = tuple(self._resolved(each) for each in full.get("parameters", ()))
        return Operation(full["operationId"], method, template, parameters, body, answers)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            _, _, kind, name = node["$ref"].split("/")
            node = self._components[kind][name]
        return node

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """Find the operation of a request and the values in its path; *path* is still percent-encoded."""
        for each in self._by_rank:
            if each.method == method and (found := each.pattern.fullmatch(path)):
                return each, {name: unquote(value) for name, value in found.groupdict().items()}
        return None

    def complaints_about_query(self, operation: Operation, query: Mapping[str, str]) -> list[str]:
        """List query parameters that the document does not know."""
        known = {each["name"] for each in operation.parameters if each["in"] == "query"}
        return [f'Unknown query parameter "{name}".' for name in query if name not in known]

    def complaints_about_body(self, operation: Operation, body: Any) -> list[str]:
        """List what GitHub would refuse in a request's body, in its words."""
        if operation.body is None:
            return [] if body in (None, {}) else ["A body was not expected."]
        return [in_words(error) for error in self._judge(operation, "request", operation.body).iter_errors(body or {})]

    def unknown_properties(self, operation: Operation, body: Any) -> list[str]:
        """List properties of a body that the document does not know; GitHub ignores them in silence."""
        return list(self._unknown(operation.body, body, "")) if operation.body else []

    def complaints_about_answer(self, operation: Operation, status: int, body: Any) -> list[str]:
        """List where an answer of the stand-in is not what the document promises."""
        if str(status) not in operation.answers:
            return [f"status {status} is not documented for {operation.id}"]
        schema = operation.answers[str(status)]
        if schema is None:
            return []
        errors = self._judge(operation, str(status), schema).iter_errors(body)
        return [f"{'/'.join(map(str, error.instance_path))}: {error.message}"[:300] for error in errors]

    def _judge(self, operation: Operation, what: str, schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        key = (operation.id, what)
        if key not in self._validators:
            whole = {"allOf": [schema], "components": {"schemas": self._components["schemas"]}}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole)
        return self._validators[key]

    def _variants(self, schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
        schema = self._resolved(schema)
        yield schema
        for keyword in COMBINED:
            for each in schema.get(keyword, ()):
                yield from self._variants(each)

    def _unknown(self, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
        variants = list(self._variants(schema))
        if isinstance(value, list):
            items = {"anyOf": [each["items"] for each in variants if "items" in each]}
            for index, each in enumerate(value):
                yield from self._unknown(items, each, f"{where}/{index}")
        elif isinstance(value, dict):
            yield from self._unknown_names(variants, value, where)

    def _unknown_names(self, variants: list[dict[str, Any]], value: dict[str, Any], where: str) -> Iterator[str]:
        # `additionalProperties: true` stands in many of GitHub's schemas and would let every typing error pass.
        if any(isinstance(each.get("additionalProperties"), dict) for each in variants):
            return
        known: dict[str, list[Any]] = {}
        for each in variants:
            for name, inner in each.get("properties", {}).items():
                known.setdefault(name, []).append(inner)
        for name, each in value.items() if known else ():
            if name in known:
                yield from self._unknown({"anyOf": known[name]}, each, f"{where}/{name}")
            else:
                yield f"{where}/{name} is not a property that GitHub knows."


@cache
def published() -> Document:
    """Give the committed part of the document; judging it is compiled once in a process."""
    return Document()


def with_null(node: Any) -> Any:
    """Turn OpenAPI 3.0's `nullable` into JSON Schema's null."""
    if isinstance(node, list):
        return [with_null(each) for each in node]
    if not isinstance(node, dict):
        return node
    plain = {key: with_null(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is not True:
        return plain
    return {"anyOf": [plain, {"type": "null"}]}


def in_words(error: Any) -> str:
    """Say what is wrong with a body as GitHub says it."""
    kind, value = error.kind.name, error.instance
    if kind == "maxItems":
        return f"No more than {error.kind.limit} items are allowed; {len(value)} were supplied."
    if kind == "maxLength":
        return f"Only {error.kind.limit} characters are allowed; {len(value)} were supplied."
    if kind == "required":
        return f"{error.kind.property} wasn't supplied."
    where = "/".join(["properties", *(str(each) for each in error.instance_path)])
    return f"For '{where}', {error.message}"

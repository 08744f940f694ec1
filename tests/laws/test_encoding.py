"""Every path into Markdown goes through the one encoder, in the templates and in the sentences that code writes."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from jinja2 import Environment, nodes

from workers.review.templating import environment

ROOT: Final = Path(__file__).parents[2] / "workers"
PACKAGES: Final = ("workers.review", "workers.commands")
TEMPLATES: Final = {
    f"{package}/{name}": (environment(package), name)
    for package in PACKAGES
    for name in environment(package).list_templates()
}
ENCODERS: Final = frozenset({"prose", "code", "block", "joined", "counted"})
AROUND: Final = frozenset({"cell", "join", "map"})  # what they are given has to be encoded
NUMBERS: Final = frozenset({"length", "format"})
# What no stranger writes: names of our rules and their pages, words of ours, hashes, and counts.
OURS: Final = frozenset(
    {
        *("severity", "why", "rule", "page", "directive", "headline", "more", "word", "way", "catalogue", "commit"),
        *("each.rule", "each.link", "each.directive", "each.page.summary", "finding.rule", "finding.page", "line.text"),
        *(
            "file.verdict.value",
            "complaint.line",
            "command.usage",
            "command.help",
            "refusal.reason",
            "origin",
            "name",
            "note",
            "line",
            "number",
        ),
        *("migration.name", "seen.outcome.value"),  # of Elixir's letters: rules.rewrite.known
    }
)


def strange(expression: nodes.Node) -> Iterator[str]:
    """Yield what *expression* lets into Markdown as it is."""
    match expression:
        case nodes.Const() | nodes.Sub() | nodes.Add():
            return
        case nodes.Filter(name=name) if name in ENCODERS | NUMBERS:
            return
        case nodes.Filter(name="map", args=[nodes.Const(value=name)]) if name in ENCODERS:
            return
        case nodes.Filter(name=name, node=inner) if name in AROUND and inner is not None:
            yield from strange(inner)
        case nodes.CondExpr(expr1=one, expr2=other):
            yield from (found for each in (one, other) if each is not None for found in strange(each))
        case nodes.Or(left=one, right=other):
            yield from (*strange(one), *strange(other))
        case _:
            yield from {dotted(expression)} - OURS


def dotted(expression: nodes.Node) -> str:
    """Return `a.b` as it is written; anything else as Jinja shows it."""
    match expression:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=inner, attr=attribute):
            return f"{dotted(inner)}.{attribute}"
        case _:
            return repr(expression)


@pytest.mark.parametrize(("made", "name"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_encodes_what_strangers_write(made: Environment, name: str) -> None:
    assert made.loader is not None
    tree = made.parse(made.loader.get_source(made, name)[0])

    outputs = [one for output in tree.find_all(nodes.Output) for one in output.nodes]
    found = [each for one in outputs if not isinstance(one, nodes.TemplateData) for each in strange(one)]

    assert found == [], "encode it, or say above that no stranger writes it"


# What makes Markdown of a sentence, and which calls may stand in its braces.
SPEAKING: Final = frozenset({"Answer", "Declined", "CheckOutput"})
CALLS: Final = ENCODERS | {"_unheard", "tally", "mark", "len", "join", "rstrip"}
NAMED: Final = frozenset(
    {
        *(
            "CONFIGURATION",
            "LONGEST_REASON",
            "state",
            "hint",
            "where",
            "files",
            "about",
            "site",
            "others",
            "title",
            "public_url",
        ),
        *("finding.rule", "where.commit", "near", "near[0]", "material.head[:7]", "reason"),
    }
)
MODULES: Final = sorted([*(ROOT / "commands").rglob("*.py"), *(ROOT / "review").rglob("*.py")])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(ROOT)))
def test_a_sentence_encodes_what_strangers_write(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    spoken = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and called(call) in SPEAKING]

    braces = [one.value for call in spoken for one in ast.walk(call) if isinstance(one, ast.FormattedValue)]

    found = [ast.unparse(one) for one in braces if not is_ours(one)]
    assert found == [], "encode it, or say above that no stranger writes it"


def is_ours(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return called(value) in CALLS
    return ast.unparse(value) in NAMED


def called(call: ast.Call) -> str:
    """Return the last name of what is called."""
    return ast.unparse(call.func).rpartition(".")[2]

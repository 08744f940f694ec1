"""The whole analysis of one migration: evaluated, replayed, judged, and its rewrites tried out."""

from collections.abc import Iterator

from rules.analysis import analyse
from rules.catalog import rules
from rules.settings import Settings
from rules.source import Change, SourceFile
from tests.rules.review import wrapped

PATH = "priv/repo/migrations/20240101000001_a.exs"
HISTORY = SourceFile(
    "priv/repo/migrations/20240101000000_create.exs",
    wrapped("def change do\n  create table(:users) do\n    add :name, :string\n    add :email, :string\n  end\nend", 0),
)


def corpus() -> Iterator[bytes]:
    """Return the hazards and the rewrites of all pages."""
    for rule in rules():
        yield from (wrapped(code, 1).encode() for code in (rule.page.hazard, *rule.page.rewritten))


def read(data: bytes) -> None:
    """Judge the file on top of a history; every finding stands within it."""
    source = SourceFile(PATH, data.decode(errors="replace"))
    report = analyse(Change((HISTORY,), (source,)), Settings())
    assert [file.path for file in report.files] == [PATH]
    assert all(0 <= one.span.start <= one.span.end <= len(source.text) for one in report.findings)

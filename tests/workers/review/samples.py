"""A migration with findings in it, and what a review is made of: values for tests to change."""

from collections.abc import Iterable

from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.rewrite.edit import Edit, NewMigration, Rewrite, Safety
from rules.source import Change, SourceFile, Span
from workers.github.models import Thread
from workers.review.diff import whole
from workers.review.fetch import Material
from workers.review.fingerprint import mark

PATH = "priv/repo/migrations/20240101120000_add_email.exs"
TEXT = """\
defmodule Shop.Repo.Migrations.AddEmail do
  use Ecto.Migration

  def change do
    create index(:users, [:email])
    create index(:users, [:name])
  end
end
"""
SOURCE = SourceFile(PATH, TEXT)
RULE = "index-without-concurrently"


def span_of(code: str, source: SourceFile = SOURCE) -> Span:
    start = source.text.index(code)
    return Span(start, start + len(code))


def after(code: str, text: str, source: SourceFile = SOURCE) -> Edit:
    """Insert *text* behind *code*."""
    end = span_of(code, source).end
    return Edit(Span(end, end), text)


def rewrite(*edits: Edit, safety: Safety = Safety.SAFE, follow_ups: Iterable[NewMigration] = ()) -> Rewrite:
    return Rewrite("Build the index concurrently", safety, edits, tuple(follow_ups))


def finding(
    code: str = "create index(:users, [:email])",
    *,
    source: SourceFile = SOURCE,
    severity: Severity = Severity.OUTAGE,
    message: str = "Building this index blocks every write to `users`.",
    rewrite: Rewrite | None = None,
) -> Finding:
    return Finding(RULE, severity, source.path, span_of(code, source), message, rewrite)


CONCURRENTLY = rewrite(after("create index(:users, [:email]", ", concurrently: true"))
OUTSIDE_TRANSACTION = rewrite(
    after("use Ecto.Migration\n", "  @disable_ddl_transaction true\n"),
    after("create index(:users, [:name]", ", concurrently: true"),
)


def report(*findings: Finding, verdict: Verdict = Verdict.REVERSIBLE, path: str = PATH) -> Report:
    return Report((FileReport(path, 20240101120000, "Shop.AddEmail", verdict, "It rolls back.", findings),))


def material(*sources: SourceFile) -> Material:
    """Return what a pull request brings that adds *sources*."""
    sources = sources or (SOURCE,)
    return Material("f" * 40, Change((), sources), {source.path: whole(source) for source in sources})


def thread(name: str, *, resolved: bool = False, by_us: bool = False, number: int = 1, path: str = PATH) -> Thread:
    return Thread(
        id=f"thread{number}",
        path=path,
        comment=f"comment{number}",
        comment_number=number,
        body=f"words{mark('finding', name)}",
        resolved=resolved,
        resolved_by_us=by_us,
        minimized=False,
    )

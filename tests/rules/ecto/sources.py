"""Migrations for tests, written as what stands between `use Ecto.Migration` and the end of the module."""

from rules.ecto.migration import Migration, Run
from rules.ecto.project import ALONE, Project
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.postgres.statements import script
from rules.source import SourceFile

PATH = "priv/repo/migrations/20240101000000_a.exs"


def module(body: str) -> str:
    """Return the text of a migration module with *body*."""
    return f"defmodule App.Repo.Migrations.A do\n  use Ecto.Migration\n\n{body}\nend\n"


def migration(body: str, project: Project = ALONE) -> Migration:
    """Read a migration with *body*."""
    return whole(module(body), project)


def whole(text: str, project: Project = ALONE) -> Migration:
    """Read a migration file that consists of *text*."""
    source = SourceFile(PATH, text)
    return read(parse(source), source, project)


def change(body: str, project: Project = ALONE) -> Migration:
    """Read a migration whose `change` is *body*."""
    return migration(f"  def change do\n{body}\n  end", project)


def sql(run: Run) -> list[str]:
    """Return the statements of one direction."""
    return [statement.sql for statement in script(run).statements]


def failure(run: Run) -> tuple[str, str] | None:
    """Return the kind and message of what ends a direction."""
    found = script(run).failure
    return None if found is None else (found.kind, found.message)

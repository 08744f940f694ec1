"""A partition that is created as a table of its own, and then attached."""

import re
from typing import Final

from rules.ecto.commands import Execute, Sql
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.place import stands_alone
from rules.rewrite.validate import place_in_text

NAME: Final = r'(?:"[^"]+"|[\w.])+'
BOUND: Final = r"FOR\s+VALUES\s+(?:FROM\s*\([^()]*\)\s*TO|IN|WITH)\s*\([^()]*\)"
PARTITION: Final = re.compile(
    rf"CREATE\s+TABLE\s+(?P<name>{NAME})\s+PARTITION\s+OF\s+(?P<parent>{NAME})\s+(?P<bound>{BOUND})", re.IGNORECASE
)


def attached(migration: Migration, execute: Execute) -> tuple[Edit, ...]:
    """Return the edits that create the table like its parent, as PostgreSQL's manual does, and attach it."""
    source, sql = migration.source, execute.sql
    place_in_text(source, sql)
    found = PARTITION.fullmatch(sql.text.strip().rstrip(";")) if sql else None
    if found is None or execute.place.shared or not stands_alone(source, execute.span):
        raise CannotWriteError("more is said of the partition than its bounds")
    name, parent, bound = found["name"], found["parent"], " ".join(found["bound"].split())
    made = f"CREATE TABLE {name} (LIKE {parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
    attach = text(f"ALTER TABLE {parent} ATTACH PARTITION {name} {bound}")
    statements = [call("execute", text(made)), call("execute", attach)]
    if isinstance(execute.reverse, Sql):
        detach = text(f"ALTER TABLE {parent} DETACH PARTITION {name}")
        statements = [call("execute", text(made), text(execute.reverse.text)), call("execute", attach, detach)]
    column = source.column_at(execute.span.start) - 1
    written = "\n\n".join("\n".join(lines([one], column, habit_of(source))) for one in statements)
    return (Edit(execute.span, written.lstrip()),)

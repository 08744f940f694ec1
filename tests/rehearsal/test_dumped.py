"""Where the history begins in a `structure.sql`, which is not run, its absence is nobody's fault."""

from dataclasses import replace

from rules.postgres.observation import Outcome
from rules.source import SourceFile
from tests.rehearsal.databases import Databases
from tests.rules.review import change

DUMP = SourceFile("priv/repo/structure.sql", "CREATE TABLE public.users (id bigint NOT NULL, name text);\n")
RENAME = """
def change do
  rename table(:users), :name, to: :nickname
end
"""
CREATE = """
def change do
  create table(:orders)
end
"""


def test_what_only_the_dump_has_made_keeps_a_migration_from_being_rehearsed(databases: Databases) -> None:
    (seen,) = databases.rehearse(replace(change([], [RENAME]), dumps=(DUMP,)))

    assert seen.outcome is Outcome.NOT_REHEARSED
    assert "what priv/repo/structure.sql holds and no migration makes" in seen.sentence


def test_what_needs_nothing_of_the_dump_is_rehearsed(databases: Databases) -> None:
    (seen,) = databases.rehearse(replace(change([], [CREATE]), project=(DUMP,)))

    assert seen.outcome is Outcome.RESTORED

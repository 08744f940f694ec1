"""What we read of a real dump is the schema that the same migration makes in our replay.

`golden/dumped.sql` is what `pg_dump --schema-only --no-acl --no-owner` of PostgreSQL 15 wrote, as `mix ecto.dump` calls
it, of an empty database in which the SQL of `golden/dumped.exs` had run; `golden/dumped_18.sql` is PostgreSQL 18's.
"""

from pathlib import Path

import pytest

from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.schema.comparison import differences
from rules.schema.model import Schema
from rules.schema.replay import replay
from rules.schema.structure import read_dump
from rules.source import SourceFile

GOLDEN = Path(__file__).parent.parent / "golden"
MADE = (GOLDEN / "dumped.exs").read_text(encoding="utf-8")
# PostgreSQL prints the cast of a varchar, and not everybody who writes a policy does; PostgreSQL 18 leaves out of which
# table a view's column is, where there is but one.
POLICY = "the using of policy `own` may not be what it was"
UNSURE = {"dumped.sql": [POLICY], "dumped_18.sql": [POLICY, "view `names` may not be what it was"]}


@pytest.mark.parametrize(("dumped", "unsure"), UNSURE.items())
def test_a_dump_tells_what_the_migrations_made(dumped: str, unsure: list[str]) -> None:
    source = SourceFile("priv/repo/migrations/1_base.exs", MADE)
    replayed = replay(Schema(), read(parse(source), source).up.commands)

    found = read_dump((GOLDEN / dumped).read_text(encoding="utf-8"))

    assert (replayed.notes, replayed.schema.whole) == ((), True)
    assert found is not None
    assert [one.text for one in differences(replayed.schema, found)] == unsure

"""A bomb costs its own file at most: within the child's limits it is read, or said to be unreadable."""

from collections.abc import Iterator
from typing import Final

import pytest

from rules.finding import Verdict
from rules.settings import Settings
from rules.source import Change, SourceFile
from tests.attacks.bombs import ELIXIR, SQL
from workers.context import Failure
from workers.isolation import Analyst

SECONDS: Final = 20.0  # on the clock, as in production
MEMORY: Final = 456 * 2**20  # bytes of address space: 256 MiB beside what the interpreter maps
FINE: Final = SourceFile(
    "priv/repo/migrations/2_fine.exs",
    "defmodule Fine do\n  use Ecto.Migration\n\n  def change do\n    create table(:teams)\n  end\nend\n",
)
BOMBS: Final = {f"Elixir, {name}": text for name, text in ELIXIR.items()} | {
    f"SQL, {name}": text for name, text in SQL.items()
}
# A few that crashed or hung those who read them naively, for every day.
EVERY_DAY: Final = ("Elixir, interpolation", "Elixir, a copy of a copy", "SQL, a chain of operators", "SQL, a zero")


@pytest.fixture(scope="module")
def analyst() -> Iterator[Analyst]:
    with Analyst(SECONDS, MEMORY) as started:
        yield started


def assert_it_costs_itself(bomb: str, analyst: Analyst) -> None:
    """Judge a pull request that adds the bomb beside a migration that harms nobody."""
    file = SourceFile("priv/repo/migrations/1_bomb.exs", bomb)

    report = analyst.analyse(Change((), (file, FINE)), Settings())

    assert [one.path for one in report.files] == [file.path, FINE.path]
    assert Failure.TIME.value not in report.files[0].reason
    assert report.files[1].verdict in {Verdict.REVERSIBLE, Verdict.UNKNOWN}  # unknown, if both may be of one table


@pytest.mark.parametrize("name", EVERY_DAY)
def test_what_ended_others_ends_nothing_here(name: str, analyst: Analyst) -> None:
    assert_it_costs_itself(BOMBS[name], analyst)


@pytest.mark.prove
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_its_own_file(bomb: str, analyst: Analyst) -> None:
    assert_it_costs_itself(bomb, analyst)

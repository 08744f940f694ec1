"""What the rehearsal of one migration costs on a history of 500: under a second, once the history is kept.

python -m deploy.bench.rehearsal
"""

import tempfile
from pathlib import Path
from time import perf_counter
from typing import Final

from rules.analysis.programs import programs
from rules.postgres.observation import Outcome
from rules.postgres.program import Program
from rules.settings import Settings
from rules.source import Change, SourceFile
from workers.rehearsal.house import House, house

BAR: Final = 1.0  # seconds
HISTORY: Final = 500
ROUNDS: Final = 5
FOLDER: Final = "priv/repo/migrations"
TABLE: Final = """\
defmodule Shop.Repo.Migrations.Create{number} do
  use Ecto.Migration

  def change do
    create table(:things_{number}) do
      add :name, :string, null: false
      add :price, :decimal, precision: 10, scale: 2
      {reference}
      timestamps()
    end

    create index(:things_{number}, [:name])
  end
end
"""
PROPOSED: Final = """\
defmodule Shop.Repo.Migrations.Add do
  use Ecto.Migration

  def change do
    alter table(:things_7) do
      add :colour, :string
    end

    create index(:things_7, [:colour])
  end
end
"""


def main() -> None:
    """Print the first rehearsal, which builds the history, beside the following; SystemExit if those miss the bar."""
    with tempfile.TemporaryDirectory() as folder:
        place = house(Path(folder), trusted=True, seconds=600.0)
        (program,) = programs(change(HISTORY), Settings())
        first = timed(place, program)
        later = sorted(timed(place, program) for _ in range(ROUNDS))[ROUNDS // 2]
    print(f"first, with the history of {HISTORY}: {first:.2f} s; later: {later:.2f} s (bar {BAR:.0f} s)")
    if later > BAR:
        raise SystemExit(f"a rehearsal takes {later:.2f} s")


def change(history: int) -> Change:
    """Return a pull request with one migration on top of so many."""
    merged = [SourceFile(f"{FOLDER}/{number}_create.exs", table(number)) for number in range(1, history + 1)]
    return Change(tuple(merged), (SourceFile(f"{FOLDER}/{history + 1}_add.exs", PROPOSED),))


def table(number: int) -> str:
    """Return the migration of that number, which refers to the one before it."""
    reference = f"add :before_id, references(:things_{number - 1})" if number > 1 else ""
    return TABLE.format(number=number, reference=reference)


def timed(place: House, program: Program) -> float:
    """Return the seconds of one rehearsal."""
    began = perf_counter()
    (seen,) = place.rehearse([program], Settings().postgres)
    took = perf_counter() - began
    if seen.outcome is not Outcome.RESTORED:
        raise SystemExit(seen.sentence)
    return took


if __name__ == "__main__":
    main()

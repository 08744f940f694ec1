"""What reading a migration into commands costs beyond parsing it: at most 1 ms for 60 lines.

python -m deploy.bench.ecto
"""

from collections.abc import Callable
from time import perf_counter
from typing import Final

from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.source import SourceFile

BAR: Final = 1.0  # milliseconds
ROUNDS: Final = 300
MIGRATION: Final = """\
defmodule Shop.Repo.Migrations.CreateOrders do
  use Ecto.Migration

  @states ~w(open paid shipped returned)

  def change do
    execute(
      "CREATE TYPE order_state AS ENUM (#{Enum.map_join(@states, ", ", &"'#{&1}'")})",
      "DROP TYPE order_state"
    )

    create table(:customers, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :name, :string, null: false, size: 120
      add :email, :citext, null: false
      add :newsletter, :boolean, null: false, default: false
      add :settings, :map, default: %{}

      timestamps(type: :utc_datetime_usec)
    end

    create unique_index(:customers, [:email])
    create index(:customers, ["lower(name)"], name: :customers_name_search)

    create table(:orders) do
      add :number, :string, null: false
      add :state, :order_state, null: false, default: "open"
      add :total, :decimal, precision: 12, scale: 2, null: false
      add :customer_id, references(:customers, type: :binary_id, on_delete: :restrict), null: false
      add :billing_id, references(:customers, type: :binary_id, on_delete: :nilify_all)
      add :placed_at, :utc_datetime
      add :tags, {:array, :string}, default: []

      timestamps()
    end

    create unique_index(:orders, [:number])
    create index(:orders, [:customer_id])
    create index(:orders, [:state, :placed_at], where: "state <> 'returned'")
    create constraint(:orders, :total_not_negative, check: "total >= 0")

    for table <- [:order_lines, :order_notes] do
      create table(table) do
        add :order_id, references(:orders, on_delete: :delete_all), null: false
        add :position, :integer, null: false
        add :text, :text
      end

      create index(table, [:order_id])
    end

    alter table(:customers) do
      add :favourite_id, references(:orders, on_delete: :nilify_all)
      modify :newsletter, :boolean, null: true, from: {:boolean, null: false}
    end

    rename table(:customers), :name, to: :full_name
    drop index(:customers, ["lower(name)"], name: :customers_name_search)
    create index(:customers, ["lower(full_name)"], name: :customers_name_search)
  end
end
"""


def best_of(measured: Callable[[], object]) -> float:
    """Return the shortest time that *measured* took, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        measured()
        times.append(perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the cost of reading, and fail above the bar."""
    source = SourceFile("priv/repo/migrations/1_create_orders.exs", MIGRATION)
    parsed = parse(source)
    reading = best_of(lambda: read(parsed, source))
    print(f"parsing {best_of(lambda: parse(source)):.2f} ms, reading {reading:.2f} ms of {source.lines} lines")
    if reading > BAR:
        raise SystemExit(f"reading takes more than {BAR} ms")


if __name__ == "__main__":
    main()

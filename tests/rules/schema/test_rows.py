"""Which rows keep a rollback from going through: those of old, those written since, or none."""

import pytest

from rules.finding import FileReport
from tests.rules.review import change, review

HISTORY = """
def change do
  create table(:docks) do
    add :code, :string
  end

  create table(:ships) do
    add :name, :string, size: 100, null: false, default: "x"
    add :berth, :integer
    add :imo, :string
    add :gone_on, :date
    add :due_on, :date
    add :dock_id, references(:docks)
  end

  create unique_index(:ships, [:imo], where: "gone_on IS NULL")
  create unique_index(:ships, [:name, :berth])
  create constraint(:ships, :berth_positive, check: "berth > 0")
  create constraint(:ships, :berth_given, check: "berth IS NOT NULL OR imo IS NULL")
end
"""
NAMES = "drop index(:ships, [:name, :berth])", "create unique_index(:ships, [:name, :berth])"
POSITIVE = (
    "drop constraint(:ships, :berth_positive)",
    'create constraint(:ships, :berth_positive, check: "berth > 0")',
)
GIVEN = (
    "drop constraint(:ships, :berth_given)",
    'create constraint(:ships, :berth_given, check: "berth IS NOT NULL OR imo IS NULL")',
)
DOCK = (
    'drop constraint(:ships, "ships_dock_id_fkey")',
    "alter table(:ships) do\n    modify :dock_id, references(:docks)\n  end",
)
GONE = "remove", 'create unique_index(:ships, [:imo], where: "gone_on IS NULL")'


def judged(up: list[str], down: list[str]) -> FileReport:
    callbacks = {"up": up, "down": down}
    code = "\n\n".join("\n  ".join([f"def {name} do", *body]) + "\nend" for name, body in callbacks.items())
    return review(change([HISTORY], [code])).files[-1]


def sql(text: str) -> str:
    return f"execute ~s{{{text}}}"


def altered(action: str) -> str:
    return sql(f"ALTER TABLE ships {action}")


NARROW = altered("ALTER name TYPE varchar(100)")
BERTH = altered("DROP COLUMN berth"), altered("ADD COLUMN berth integer")


@pytest.mark.parametrize(
    ("up", "down", "refused"),
    [
        ([NAMES[0]], [NAMES[1]], "rows written since that `ships_name_berth_index` refuses"),
        ([POSITIVE[0]], [POSITIVE[1]], "rows written since that `berth_positive` refuses"),
        ([DOCK[0]], [DOCK[1]], "rows written since that `ships_dock_id_fkey` refuses"),
        (
            [altered("ALTER name DROP NOT NULL")],
            [altered("ALTER name SET NOT NULL")],
            "every NULL written since to `ships.name`",
        ),
        (
            [altered("ALTER name TYPE text")],
            [NARROW],
            "values written since to `ships.name` that character varying(100) cannot hold",
        ),
        (
            [altered("ALTER due_on TYPE text")],
            [altered("ALTER due_on TYPE date USING due_on::date")],
            "values written since to `ships.due_on` that date cannot hold",
        ),
        (
            [NAMES[0], sql("DELETE FROM ships WHERE berth = 1"), sql("UPDATE ships SET imo = NULL")],
            [NAMES[1]],
            "rows written since that `ships_name_berth_index` refuses",
        ),
    ],
)
def test_what_held_before_can_only_be_refused_by_what_came_since(up: list[str], down: list[str], refused: str) -> None:
    report = judged(up, down)

    assert report.verdict.value == "loses-data", report.reason
    assert report.reason.startswith("The schema comes back")
    assert report.reason.endswith(f"; {refused} must go first.")


@pytest.mark.parametrize(
    ("up", "down", "evidence"),
    [
        (
            [altered("DROP COLUMN gone_on")],
            [altered("ADD COLUMN gone_on date"), GONE[1]],
            "`ships_imo_index` finds doubles",  # the index has chosen among rows by the values that are gone
        ),
        ([NAMES[0], sql("UPDATE ships SET berth = 1")], [NAMES[1]], "`ships_name_berth_index` finds doubles"),
        (
            [NAMES[0], 'repo().insert_all("ships", [%{name: "y"}])'],
            [NAMES[1]],
            "`ships_name_berth_index` finds doubles",
        ),
        ([NAMES[0], "repo().insert_all(Shop.Ship, [])"], [NAMES[1]], "`ships_name_berth_index` finds doubles"),
        ([DOCK[0], sql("DELETE FROM docks WHERE code IS NULL")], [DOCK[1]], "`ships_dock_id_fkey` finds rows"),
        (
            [DOCK[0], sql("DROP TABLE docks")],
            ["create table(:docks) do\n    add :code, :string\n  end", DOCK[1]],
            "`ships_dock_id_fkey` finds rows",
        ),
        (
            [altered("ALTER name DROP NOT NULL"), sql("UPDATE ships SET name = NULL")],
            [altered("ALTER name SET NOT NULL")],
            "`ships.name` holds a NULL",
        ),
        (
            [altered("ALTER name TYPE text"), sql("UPDATE ships SET name = name || imo")],
            [NARROW],
            "holds a value of text that character varying(100) cannot",
        ),
        (
            [altered("ALTER due_on TYPE text USING to_char(due_on, 'Q')")],
            [altered("ALTER due_on TYPE date USING due_on::date")],
            "`ships.due_on` holds a value that does not become date",
        ),
        (
            [GIVEN[0], POSITIVE[0], NAMES[0], BERTH[0]],
            [BERTH[1], *(one[1] for one in (GIVEN, POSITIVE, NAMES))],
            "`berth_given` finds rows that it refuses",
        ),
        (
            [POSITIVE[0], GIVEN[0], altered("ALTER berth TYPE text USING md5(berth::text)")],
            [altered("ALTER berth TYPE integer USING length(berth)"), POSITIVE[1], GIVEN[1]],
            "`ships.berth` holds a value that does not become integer",
        ),
        (
            [altered("DROP COLUMN name")],
            [altered("ADD COLUMN name varchar(100) NOT NULL DEFAULT 'x'"), NAMES[1]],
            "`ships_name_berth_index` finds doubles",
        ),
        (
            ["alter table(:ships) do\n    remove :name\n  end", "create table(:other)"],
            [
                "drop table(:other)",
                altered("ADD COLUMN name varchar(100) NOT NULL"),
                altered("ALTER name SET DEFAULT 'x'"),
                NAMES[1],
            ],
            "`ships` holds any, for `name` is NOT NULL without a default",
        ),
    ],
)
def test_rows_of_old_are_refused_where_the_migration_has_changed_them(
    up: list[str], down: list[str], evidence: str
) -> None:
    report = judged(up, down)

    assert report.verdict.value == "fails-on-data", report.reason
    assert evidence in report.reason


@pytest.mark.parametrize(
    ("up", "down", "reason"),
    [
        (
            [GIVEN[0], BERTH[0]],
            [sql("DELETE FROM ships"), BERTH[1], GIVEN[1], POSITIVE[1], NAMES[1]],
            "The schema comes back, the values of `ships.berth` and the rows of `ships` do not.",
        ),
        (
            [altered("DROP COLUMN dock_id")],
            [altered("ADD COLUMN dock_id bigint REFERENCES docks")],
            "The schema comes back, the values of `ships.dock_id` do not.",
        ),
        (
            [altered("ALTER name DROP NOT NULL")],
            [sql("UPDATE ships SET name = 'y' WHERE name IS NULL"), altered("ALTER name SET NOT NULL")],
            "A rollback restores the schema exactly.",
        ),
        (
            [DOCK[0], "alter table(:ships) do\n    modify :dock_id, references(:docks, on_delete: :delete_all)\n  end"],
            [DOCK[0], DOCK[1]],
            "A rollback restores the schema exactly.",  # the key has only another action in between
        ),
    ],
)
def test_where_no_row_can_be_refused_none_is_spoken_of(up: list[str], down: list[str], reason: str) -> None:
    assert judged(up, down).reason == reason


def test_a_column_full_of_null_passes_what_compares_it() -> None:
    # `berth > 0` and an index with `berth` find nothing to refuse in it.
    report = judged([GIVEN[0], BERTH[0]], [BERTH[1], POSITIVE[1], NAMES[1], GIVEN[1]])

    assert report.reason == "A rollback fails on rows: when `berth_given` finds rows that it refuses."


def test_a_write_in_both_directions_runs_twice() -> None:
    report = review(change([HISTORY], ['def change do\n  repo().insert_all("docks", [%{code: "x"}])\nend'])).files[-1]

    assert report.verdict.value == "fails-on-data"
    assert "runs a second time" in report.reason

"""How Ecto and Elixir refuse what does not fit, before anything is sent."""

import pytest

from rules.ecto.config import Repo
from rules.ecto.project import Project
from rules.ecto.refusals import Refusal, refusal, refused_option
from tests.rules.ecto.sources import change, failure, migration, sql, whole

NO_CLAUSE = {
    "create table(1)": "Ecto.Migration.table/2",
    "create constraint(1, :c)": "Ecto.Migration.constraint/3",
    "create unique_index(:a, [:b], 1)": "Ecto.Migration.unique_index/3",
    "create 1": "Ecto.Migration.create/1",
    "drop :a": "Ecto.Migration.drop/2",
    "rename :a, to: :b": "Ecto.Migration.rename/2",
    'rename table(:a), "b", to: :c': "Ecto.Migration.rename/3",
    "execute 1": "Ecto.Migration.execute/1",
    "alter(table(:a), do: add(:b, references(1)))": "Ecto.Migration.references/2",
    'alter(table(:a), do: add("b", :string))': "Ecto.Migration.add/3",
    'alter(table(:a), do: remove("b"))': "Ecto.Migration.remove/1",
    "alter(table(:a), do: add(:b, :string, default: fragment(1)))": "Ecto.Migration.fragment/1",
}


@pytest.mark.parametrize(("body", "function"), NO_CLAUSE.items(), ids=NO_CLAUSE)
def test_a_call_that_fits_no_clause_is_refused(body: str, function: str) -> None:
    read = change(f"    {body}")

    assert failure(read.up) == ("FunctionClauseError", f"no function clause matching in {function}")
    assert sql(read.up) == []


RAISED = {
    'raise "no"': ("RuntimeError", "no"),
    'raise ArgumentError, "no"': ("ArgumentError", "no"),
    'raise Ecto.MigrationError, message: "no"': ("Ecto.MigrationError", "no"),
    'raise %RuntimeError{message: "no"}': ("RuntimeError", "no"),
    "1 = 2": ("MatchError", "no match of right hand side value"),
    "case 1 do\n 2 -> 3\n end": ("CaseClauseError", "no case clause matching"),
    "(fn 1 -> 2 end).(3)": ("FunctionClauseError", "no function clause matching in anonymous fn"),
    "only_one(2)": ("FunctionClauseError", "no function clause matching in App.Repo.Migrations.A.only_one/1"),
    'execute "#{{1, 2}}"': (
        "Protocol.UndefinedError",
        "protocol String.Chars not implemented for {1, 2} of type Tuple",
    ),
    "alter index(:a, [:b]) do\n add :c, :text\n end": (
        "MatchError",
        "no match of right hand side value: %Ecto.Migration",
    ),
    "create table(:a, primary_key: 1)": (
        "ArgumentError",
        ":primary_key option must be either a boolean or a keyword list of options",
    ),
    "alter(table(:a), do: add(:b, references(:c, on_delete: {:nilify, [1]})))": (
        "ArgumentError",
        "expected `columns` in `{:nilify, columns}` to be a list of atoms, got: [1]",
    ),
    "alter(table(:a), do: alter(table(:b), do: remove(:c)))": ("Ecto.MigrationError", "cannot execute nested commands"),
}


@pytest.mark.parametrize(("body", "expected"), RAISED.items(), ids=RAISED)
def test_what_elixir_raises_ends_the_run(body: str, expected: tuple[str, str]) -> None:
    read = migration(f"  def change do\n    {body}\n  end\n\n  defp only_one(1), do: 1")

    found = failure(read.up)
    assert found is not None
    assert (found[0], found[1][: len(expected[1])]) == expected
    assert read.up.failure is not None
    assert read.up.failure.span is not None


def test_a_number_of_arguments_that_nobody_defines_does_not_compile() -> None:
    read = change("    create(index(:a))")

    assert failure(read.up) == (
        "CompileError",
        (
            "20240101000000_a.exs:5: undefined function index/1 (expected App.Repo.Migrations.A to define such a "
            "function or for it to be imported, but none are available)"
        ),
    )


def test_refusals_are_sorted_by_what_their_author_has_got_wrong() -> None:
    found = {
        Refusal.PLACE: change("    add :a, :text"),
        Refusal.TYPE: change("    alter(table(:a), do: add(:b, :datetime))"),
        Refusal.OPTION: change("    create table(:a, nme: 1)"),
        Refusal.CALLBACK: migration("  def nothing, do: 1"),
        Refusal.VALUE: change("    create table(1)"),
    }

    for kind, read in found.items():
        assert read.up.failure is not None
        assert refusal(read.up.failure) is kind
        assert refused_option(read.up.failure) == ("nme" if kind is Refusal.OPTION else None)


def test_a_file_without_a_migration_is_refused() -> None:
    read = whole("defmodule A do\nend")

    assert failure(read.up) == ("CompileError", "file 20240101000000_a.exs does not define an Ecto.Migration")
    assert read.module is None


def test_a_prefix_that_contradicts_the_migrators_is_refused() -> None:
    read = change('    create table(:a, prefix: "b")', Project(prefix="c"))

    assert failure(read.up) == (
        "Ecto.MigrationError",
        "the :prefix option `b` does not match the migrator prefix `c`",
    )


def test_old_releases_ignore_how_a_table_asks_for_its_key() -> None:
    body = "    create table(:a, primary_key: [name: :uid])"
    configured = Repo(primary_key=False)

    old = change(body, Project(version=(3, 8, 3)))
    none = change("    create table(:a) do\n    end", Project(configured, (3, 0, 5)))
    new = change(body)

    assert ('"id"' in sql(old.up)[0], '"uid"' in sql(new.up)[0]) == (True, True)
    assert failure(none.up) == ("FunctionClauseError", "no function clause matching in Keyword.put/3")

"""Each form of Elixir that migrations use, with the statements that it must give."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from rules.ecto.commands import CodeCall, Execute, RepoCall
from rules.ecto.project import Project
from rules.ecto.projects import Projects
from rules.source import SourceFile
from tests.rules.ecto.sources import change, failure, migration, sql, whole

SECTION = re.compile(
    r"^## (?P<form>.+?)\n\n```elixir\n(?P<body>.*?)\n```\n\n```sql\n(?P<sql>.*?)\n```$", re.MULTILINE | re.DOTALL
)
FORMS = list(SECTION.finditer(Path(__file__).with_name("golden").joinpath("forms.txt").read_text(encoding="utf-8")))


@pytest.mark.parametrize("form", FORMS, ids=[form["form"] for form in FORMS])
def test_a_form_of_elixir_gives_its_statements(form: re.Match[str]) -> None:
    read = migration(indent(form["body"], "  "))

    assert (sql(read.up), failure(read.up)) == (form["sql"].split("\n;\n"), None)
    assert not list(read.up.unread())


def test_the_page_of_forms_is_read_whole() -> None:
    assert len(FORMS) == 53


UNKNOWN = {
    "the environment": 'if System.get_env("X"), do: drop(table(:a))',
    "rows": 'if repo().query!("SELECT 1").num_rows > 0, do: create(table(:a))',
    "a loop over rows": 'Enum.each(repo().query!("SELECT 1").rows, fn [t] -> drop(table(t)) end)',
    "configuration": "create table(:a, prefix: Application.get_env(:app, :prefix))",
    "another library": "Oban.Migrations.up(version: 11)",
    "an endless recursion": "Enum.each(Stream.cycle([1]), fn _ -> drop(table(:a)) end)",
    "half a statement": 'execute "CREATE TABLE #{System.get_env("X")} ()"',
    "a function that the library calls": "Enum.reduce_while([:a], 0, fn t, n -> {:cont, drop(table(t)) && n} end)",
    "a function called with the unknown": 'repo().query!("SELECT 1") |> then(fn r -> create(table(r.rows)) end)',
    "a function by its name": "apply(Ecto.Migration, :create, [table(:a)])",
    "a function that is not known": "Application.get_env(:app, :run).()",
    "bytes that are no text": r"execute ~s(SELECT '\xe9')",
    "a task of Mix": 'Mix.Task.run("ecto.load")',
    "a task by its module": "Mix.Tasks.App.Install.run([])",
    "a module that is configured": "mod = Application.get_env(:app, :helper)\n mod.up()",
    "a configured repo": 'Application.get_env(:app, :repo).query!("DROP TABLE a")',
    "a program": ':os.cmd(~c"psql -f tables.sql")',
    "a function of Kernel that calls": "Kernel.apply(App.Tables, :make, [])",
    "another process": "spawn(fn -> create(table(:a)) end)",
    "a type from elsewhere": "alter table(:a) do\n add :b, App.Kind.type()\n end",
}


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_what_cannot_be_known_is_said_in_its_place(body: str) -> None:
    read = change(f'    execute "SELECT 1", ""\n    {body}\n    execute "SELECT 2", ""')

    kinds = [type(command).__name__ for command in read.up.commands if not isinstance(command, RepoCall)]
    assert read.unread
    assert (kinds[0], kinds[-1]) == ("Execute", "Execute")
    assert all(read.source.text[part.span.start : part.span.end] for part in read.unread)


@pytest.mark.parametrize(
    "body", ['for n <- 1..1501, do: create(index(:a, [:"c#{n}"]))', f'execute "{"SELECT 1;" * 1501}", ""']
)
def test_more_than_anybody_writes_is_not_followed(body: str) -> None:
    read = change(f"    {body}")

    assert [type(command).__name__ for command in read.up.commands] == ["Unread"]
    assert read.up.failure is None


def test_both_ways_of_an_undecided_condition_are_possible() -> None:
    read = change('    if System.get_env("X"), do: create(table(:a)), else: create(table(:b))')

    (unread,) = read.down.unread()
    assert [type(part).__name__ for part in unread.possible] == ["DropTable", "DropTable"]
    assert unread.reason == "the environment"


def test_the_environment_may_be_told() -> None:
    body = '    if System.get_env("X") == "1", do: create(table(:a)), else: create(table(:b))'

    told = change(body, Project(environment={"X": "1"}))

    assert sql(told.up) == ['CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))']


def test_data_in_an_undecided_condition_is_known_to_be_data() -> None:
    read = migration('  def up do\n    if System.get_env("X"), do: execute("UPDATE a SET b = 1")\n  end')

    (command,) = read.up.commands
    assert isinstance(command, Execute)
    assert not command.certain
    assert not read.unread


def test_a_value_that_is_not_known_does_not_hide_what_a_statement_does() -> None:
    read = migration("  def up, do: execute(\"UPDATE a SET b = '#{DateTime.utc_now()}'\")")

    (command,) = read.up.commands
    assert isinstance(command, Execute)
    assert sql(read.up) == []
    assert getattr(command.runs, "exact", None) is False


def test_calls_of_the_repo_run_at_once_and_in_both_directions() -> None:
    read = change('    create table(:a)\n    repo().query!("UPDATE b SET c = 1")')

    assert sql(read.up)[0] == sql(read.down)[0] == "UPDATE b SET c = 1"
    assert sql(read.down)[1] == 'DROP TABLE "a"'


def test_a_read_and_a_write_of_rows_are_told_apart() -> None:
    read = migration('  def up do\n    repo().query!("SELECT 1")\n    repo().update_all("a", set: [b: 1])\n  end')

    reads, writes = [command for command in read.up.commands if isinstance(command, RepoCall)]
    assert (reads.writes, writes.writes) == (False, True)
    assert writes.tables == {"a"}


def test_code_of_the_application_is_named() -> None:
    read = migration("  def up, do: App.Accounts.backfill_names(10)")

    (call,) = read.up.commands
    assert isinstance(call, CodeCall)
    assert call.function == "App.Accounts.backfill_names/1"


def test_a_wrapper_module_of_the_project_is_followed() -> None:
    wrapper = SourceFile(
        "lib/app/migration.ex",
        "defmodule App.Migration do\n  defmacro __using__(_) do\n    quote do\n      use Ecto.Migration\n"
        "      @disable_ddl_transaction true\n      import App.Migration\n    end\n  end\n  import Ecto.Migration\n"
        "  def stamps, do: timestamps(type: :utc_datetime)\nend\n",
    )
    from_project = projects(wrapper)

    read = whole(
        "defmodule A do\n  use App.Migration\n  def change do\n    alter(table(:a), do: stamps())\n  end\nend",
        from_project,
    )

    assert not read.in_transaction
    assert sql(read.up)[0].startswith('ALTER TABLE "a" ADD COLUMN "inserted_at" timestamp(0) NOT NULL')
    (alter,) = read.up.commands
    assert read.source.text[alter.span.start : alter.span.end].startswith("alter(table")


def projects(*files: SourceFile) -> Project:
    return Projects(files).of("priv/repo/migrations/1_a.exs")


def test_a_wrapper_that_is_not_there_is_said() -> None:
    read = whole("defmodule A do\n  use App.Migration\n  def change, do: create(table(:a))\nend")

    assert [unread.subject for unread in read.unread] == ["App.Migration"]
    assert sql(read.up) == ['CREATE TABLE "a" ("id" bigserial, PRIMARY KEY ("id"))']


def test_a_function_that_nobody_defines_does_not_compile() -> None:
    read = migration("  def up, do: nobody(1)")

    assert failure(read.up) == failure(read.down)
    assert (failure(read.up) or ("", ""))[0] == "CompileError"


@pytest.mark.parametrize("escape", [r"\x", r"\ud800", r"\u{110000}", r"\u{FFFFFFFF}"])
def test_an_escape_that_elixir_refuses_in_a_sigil_is_refused(escape: str) -> None:
    read = change(f'    execute ~s(SELECT {escape}), ""')

    kind, message = failure(read.up) or ("", "")
    assert kind == "ArgumentError"
    assert message.startswith("invalid ")


def test_a_loop_without_end_is_bounded() -> None:
    read = migration("  def up, do: again()\n  defp again, do: again()")

    assert [unread.reason for unread in read.unread] == ["a migration that does more than reading follows"]


def test_syntax_that_elixir_refuses_is_said() -> None:
    read = whole("defmodule A do\n  use Ecto.Migration\n  def change do\n    create table(:a\n  end\nend")

    assert read.unread
    assert read.up.commands


HOSTILE = {
    "a loop of a billion": 'for n <- 1..1_000_000_000, do: drop(table(:"t#{n}"))',
    "a loop of a loop": 'for a <- 1..1000, b <- 1..1000, do: drop(table(:"t#{a}#{b}"))',
    "a text that doubles": 'execute(Enum.reduce(1..64, "a", fn _, text -> text <> text end))',
    "a list that doubles": "for t <- Enum.reduce(1..64, [:a], fn _, l -> l ++ l end), do: drop(table(t))",
    "a number that squares": 'execute("#{Enum.reduce(1..64, 10, fn _, n -> n * n end)}")',
    "a text repeated": 'execute(String.duplicate("a", 1_000_000_000_000))',
    "a regular expression that explodes": 'execute(String.replace(String.duplicate("a", 40), ~r/(a+)+b/, ""))',
    "a function that calls itself twice": "twice(60)",
    "an expression without end": "drop(table(" + "hd([" * 400 + ":a" + "])" * 400 + "))",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_would_never_end_is_unread(body: str) -> None:
    read = migration(f"  def up do\n    {body}\n  end\n\n  defp twice(n), do: {{twice(n - 1), twice(n - 1)}}")

    assert read.unread


def test_a_module_of_another_file_is_reported_at_its_call() -> None:
    helper = SourceFile(
        "lib/app/migration_help.ex",
        "defmodule App.MigrationHelp do\n  import Ecto.Migration\n  def gone(t), do: drop(table(t))\nend\n",
    )

    read = migration("  def up, do: App.MigrationHelp.gone(:a)", projects(helper))

    (drop,) = read.up.commands
    assert read.source[drop.span] == "App.MigrationHelp.gone(:a)"
    assert sql(read.up) == ['DROP TABLE "a"']

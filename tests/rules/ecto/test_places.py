"""Where commands and their options stand, so that a rewrite can edit them."""

from rules.ecto.commands import AddColumn, AlterTable, CreateIndex, CreateTable, ModifyColumn
from rules.ecto.migration import Migration
from rules.rewrite.edit import Edit, apply
from rules.source import Span
from tests.rules.ecto.sources import change, migration


def test_an_option_is_inserted_behind_the_last_argument() -> None:
    for call in ("index(:a, [:b])", "index(:a, [:b], unique: true)", "index :a, [:b]", ":a |> index([:b])"):
        read = change(f"    create {call}" if "|>" not in call else f"    create({call})")

        (create,) = read.up.commands
        assert isinstance(create, CreateIndex)
        at = create.index.place.options_at
        assert at is not None
        edited = apply([Edit(Span(at, at), ", concurrently: true")], read.source)
        assert "[:b], concurrently: true" in edited.text or "unique: true, concurrently: true" in edited.text


def test_an_option_goes_into_the_brackets_of_options_but_not_into_those_of_columns() -> None:
    written = change("    create index(:a, [:b], [unique: true])\n    create index(:a, [desc: :b])")

    inside, behind = [
        apply([Edit(Span(at, at), ", x: 1")], written.source).text
        for command in written.up.commands
        if isinstance(command, CreateIndex) and (at := command.index.place.options_at) is not None
    ]
    assert "[unique: true, x: 1]" in inside
    assert "[desc: :b], x: 1)" in behind


def test_options_know_their_key_and_value() -> None:
    read = change("    alter table(:a) do\n      add :b, :string, null: false, nulll: true, size: 4\n    end")

    column = added(read)
    null = column.options.option("null")
    assert null is not None
    assert null.span is not None
    assert read.source[null.span] == "null: false"
    assert null.value_span is not None
    assert read.source[null.value_span] == "false"
    assert [option.key for option in column.options.unknown(frozenset({"null", "size"}))] == ["nulll"]
    assert [read.source[span] for span in column.place.arguments] == [":b", ":string"]


def added(read: Migration) -> AddColumn:
    (alter,) = read.up.commands
    assert isinstance(alter, AlterTable)
    (column,) = alter.changes
    assert isinstance(column, AddColumn)
    return column


def test_an_option_from_a_variable_stands_where_it_was_written() -> None:
    read = change("    opts = [null: false]\n    alter table(:a) do\n      add :b, :string, opts\n    end")

    null = added(read).options.option("null")

    assert null is not None
    assert null.span == Span(read.source.text.index("null"), read.source.text.index("]"))


def test_the_first_of_two_equal_options_counts_and_both_are_kept() -> None:
    read = change("    alter table(:a) do\n      add :b, :string, null: true, null: false\n    end")

    column = added(read)

    assert column.null is True
    assert len(column.options.entries) == 2


def test_the_text_of_a_command_is_its_whole_call() -> None:
    read = change("    create table(:a) do\n      add :b, :string\n    end")

    (create,) = read.up.commands

    assert isinstance(create, CreateTable)
    assert read.source[create.span].startswith("create table(:a) do")
    assert read.source[create.span].endswith("end")
    assert read.source[create.place.name] == "create"


def test_a_text_that_stands_for_several_commands_says_so() -> None:
    read = change("    for t <- [:a, :b], do: create(table(t))\n    create table(:c)")

    assert [command.place.shared for command in read.up.commands if isinstance(command, CreateTable)] == [
        True,
        True,
        False,
    ]


def test_from_keeps_its_place() -> None:
    read = change("    alter table(:a) do\n      modify :b, :text, null: true, from: {:string, null: false}\n    end")

    (alter,) = read.up.commands
    assert isinstance(alter, AlterTable)
    (column,) = alter.changes
    assert isinstance(column, ModifyColumn)
    assert column.was is not None
    assert column.was.options is not None
    assert column.from_option is not None
    assert column.from_option.span is not None
    assert read.source[column.from_option.span] == "from: {:string, null: false}"
    assert "from" not in column.options


def test_a_migration_knows_its_parts() -> None:
    read = migration("  @disable_ddl_transaction true\n\n  def up do\n    :ok\n  end\n\n  def down, do: :ok")

    assert [callback.name for callback in read.callbacks] == ["up", "down"]
    up = read.callback("up")
    assert up is not None
    assert up.body is not None
    assert read.source[up.body] == ":ok"
    assert read.source[up.span].startswith("def up do")
    assert read.after_use is not None
    assert read.source.text[: read.after_use.start].endswith("use Ecto.Migration")
    assert read.module_end is not None
    assert read.source[read.module_end] == "end"
    attribute = read.attribute("disable_ddl_transaction")
    assert attribute is not None
    assert read.source[attribute.span] == "@disable_ddl_transaction true"
    assert (read.in_transaction, read.holds_lock, read.version) == (False, True, 20240101000000)
    assert read.module == "App.Repo.Migrations.A"

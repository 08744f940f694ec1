"""What cannot be done safely, or not at all, is refused with a sentence that says why; code that runs is spared."""

import pytest

from rules.ecto.types import NamedType
from rules.sentences import intent as asked
from rules.sentences.drafting.step import CannotDraftError
from rules.sentences.intent import ColumnIntent, Intent, OtherColumn, Refers, Sql
from rules.source import SourceFile
from rules.sql.names import Name
from tests.rules.review import review
from tests.rules.sentences.drafting.shop import HISTORY, drafted, judged, proposing

TEAMS, USERS, ORDERS, NOTES = (Name(None, name) for name in ("teams", "users", "orders", "notes"))
REFUSED: dict[str, Intent] = {
    "There is a table `users` already.": asked.CreateTable(USERS),
    "There is no table `posts`.": asked.AddColumns(Name(None, "posts"), (ColumnIntent("a"),)),
    "`users` has a column `name` already.": asked.AddColumns(USERS, (ColumnIntent("name"),)),
    "`users` has no column `nick`.": asked.RemoveColumns(USERS, ("nick",)),
    "`plan` cannot be unique: every row begins with the same value.": asked.AddColumns(
        USERS, (ColumnIntent("plan", default="free", unique=True),)
    ),
    "`size` cannot be `big`: it is of the type `integer`.": asked.AddColumns(
        USERS, (ColumnIntent("size", NamedType("integer"), default="big"),)
    ),
    "The default of `kind` is none of its values.": asked.AddColumns(
        USERS, (ColumnIntent("kind", values=("a", "b"), default="c"),)
    ),
    "A required column cannot be set to NULL when the other row goes.": asked.AddColumns(
        ORDERS, (ColumnIntent("team_id", null=False, references=Refers(TEAMS, on_delete="nilify_all")),)
    ),
    "`users.id` is the primary key, which rows are known by.": asked.RemoveColumns(USERS, ("id",)),
    "`users.team_id` refers to `teams`: remove that first.": asked.DropTable(TEAMS),
    "`users.email` is required already.": asked.SetRequired(USERS, "email"),
    "`users.name` is optional already.": asked.SetOptional(USERS, "name"),
    "`users.name` has no default that could go.": asked.DropDefault(USERS, "name"),
    "`users.role` has that default already.": asked.SetDefault(USERS, "role", "member"),
    "`users.id` is a key: another type takes a new key, which no single change can bring.": asked.ChangeType(
        USERS, "id", NamedType("bigint")
    ),
    "`orders.amount` has no length: only texts have one.": asked.ChangeType(ORDERS, "amount", None, 80),
    "`users_team_id_index` does that already.": asked.AddIndex(USERS, ("team_id",)),
    "A unique index is a B-tree: `gin` keeps nothing unique.": asked.AddIndex(
        ORDERS, ("tags",), unique=True, using="gin"
    ),
    "An index of the kind `gist` cannot hold `amount`, which is a `integer`.": asked.AddIndex(
        ORDERS, ("amount",), using="gist"
    ),
    "`users` has no such index.": asked.DropIndex(USERS, ("name",)),
    "`orders.amount` is a `integer`, and what it would refer to a `uuid`.": asked.AddForeignKey(
        ORDERS, "amount", Refers(USERS)
    ),
    "`users.name` refers to nothing.": asked.DropForeignKey(USERS, "name"),
    "`orders` has no check or exclusion `positive`.": asked.DropConstraint(ORDERS, "positive"),
    "No single check lists the values of `users.role`.": asked.AddValues(USERS, "role", ("guest",)),
    "`mood` has the value `sad` already.": asked.AddValues(NOTES, "mood", ("sad",)),
    "`mood` cannot be `angry`: it is one of glad, sad.": asked.SetDefault(NOTES, "mood", "angry"),
    "`tags` cannot be `draft`: it is of the type `list`.": asked.SetDefault(ORDERS, "tags", "draft"),
    "`age` cannot be `3000000000`: it is of the type `integer`.": asked.SetDefault(USERS, "age", 3_000_000_000),
    "`age` cannot be `nan`: it is of the type `integer`.": asked.SetDefault(USERS, "age", "nan"),
    "`age` cannot be `name`: a `character varying(255)` is no `integer`.": asked.Backfill(
        USERS, (("age", OtherColumn("name")),)
    ),
    "No migration has created the extension `citext`.": asked.DropExtension("citext"),
    "There is a type `mood` already.": asked.CreateEnum(Name(None, "mood"), ("a",)),
    "`status` is no name for a column here: it is taken, or too long.": asked.RenameColumn(ORDERS, "amount", "status"),
}
CODE = (
    SourceFile(
        "lib/shop/order.ex",
        'defmodule Shop.Order do\n  use Ecto.Schema\n\n  schema "orders" do\n    field :status, :string\n  end\nend\n',
    ),
)


@pytest.mark.parametrize("reason", REFUSED)
def test_a_refusal_says_why(reason: str) -> None:
    with pytest.raises(CannotDraftError) as refused:
        drafted(REFUSED[reason])

    assert str(refused.value) == reason


def test_what_is_said_of_a_column_in_two_places_is_said_in_one() -> None:
    twice = (ColumnIntent("a", length=20), ColumnIntent("b"), ColumnIntent("a", null=True))

    (one,) = drafted(asked.CreateTable(Name(None, "posts"), twice)).files

    assert one.file.text.count("add :a") == 1
    assert "      add :a, :string, size: 20\n      add :b, :string, null: false\n" in one.file.text


def test_what_is_so_already_is_passed_over_beside_what_is_not() -> None:
    found = drafted(asked.SetRequired(USERS, "email"), asked.AddColumns(USERS, (ColumnIntent("phone"),)))

    assert [one.does for one in found.files] == ["adds `phone` to `users`"]
    assert found.notes == ("`users.email` is required already.",)


def test_of_several_tables_those_that_refer_go_first() -> None:
    found = drafted(asked.DropTable(TEAMS), asked.DropTable(USERS))

    text = found.files[0].file.text
    assert text.index("drop table(:users)") < text.index("drop table(:teams)")
    assert judged(found).findings == ()


def test_a_table_that_a_view_shows_stays() -> None:
    view = SourceFile(
        "priv/repo/migrations/20250101000000_view.exs",
        "defmodule Shop.Repo.Migrations.View do\n  use Ecto.Migration\n\n  def change do\n"
        '    execute "CREATE VIEW open_orders AS SELECT id FROM orders", "DROP VIEW open_orders"\n  end\nend\n',
    )

    with pytest.raises(CannotDraftError, match="The view `open_orders` shows `orders`: drop that first"):
        drafted(asked.DropTable(ORDERS), history=(*HISTORY, view))


def test_a_column_that_code_reads_is_renamed_by_a_second_one_beside_it() -> None:
    found = drafted(asked.RenameColumn(ORDERS, "status", "state"), code=CODE)

    assert [one.does for one in found.files] == [
        "adds `state` to `orders`",
        "fills `orders.state` from `status`, in batches",
    ]
    assert "`Shop.Order` reads `status` (lib/shop/order.ex:5), and would fail." in found.notes[0]
    assert review(proposing(found, code=CODE)).findings == ()


def test_a_table_that_code_uses_keeps_its_old_name_as_a_view() -> None:
    found = drafted(asked.RenameTable(ORDERS, "purchases"), code=CODE)

    assert 'execute "CREATE VIEW orders AS SELECT * FROM purchases", "DROP VIEW orders"' in found.files[0].file.text
    assert review(proposing(found, code=CODE)).findings == ()


def test_code_that_reads_what_is_removed_has_to_go_first() -> None:
    found = drafted(asked.RemoveColumns(ORDERS, ("status",)), code=CODE)

    assert "`Shop.Order` still uses `status` (lib/shop/order.ex:5): release code without it first." in found.notes


def test_a_column_whose_default_is_worked_out_for_each_row_is_filled_in_batches() -> None:
    token = ColumnIntent("token", NamedType("uuid"), default=Sql("gen_random_uuid()"))

    found = drafted(asked.AddColumns(USERS, (token,)))

    assert [one.does for one in found.files][1] == "fills `users.token`, in batches"
    assert judged(found).findings == ()

"""The columns that an application's code reads, and the constraints that its changesets name."""

from textwrap import dedent

import pytest

from rules.ecto.code import Code
from rules.source import SourceFile
from rules.sql.names import Name

USERS = Name(None, "users")
USER = """
defmodule Shop.User do
  @moduledoc "SELECT legend FROM users is what we do not do."
  use Ecto.Schema

  @primary_key {:uuid, :binary_id, autogenerate: true}
  @timestamps_opts [inserted_at: :created_at]

  schema "users" do
    field :email, :string
    field(:nick, :string, source: :nickname)
    field :secret, :string, load_in_query: false
    field :password, :string, virtual: true
    embeds_many :addresses, Shop.Address
    belongs_to :team, Shop.Team
    belongs_to :boss, Shop.User, define_field: false
    has_many :posts, Shop.Post
    many_to_many :roles, Shop.Role, join_through: "users_roles"
    timestamps()
  end

  def changeset(user, attributes) do
    user
    |> cast(attributes, [:email])
    |> unique_constraint(:nick)
    |> unique_constraint([:email, :team_id], name: :one_email_a_team)
    |> foreign_key_constraint(:team_id)
    |> unique_constraint(:email, match: :suffix, name: "_email_index")
    |> assoc_constraint(:boss)
    |> exclusion_constraint(:age)
    |> check_constraint(:age, name: name_of(:age))
  end
end
"""
QUERIES = """
defmodule Shop.Reports do
  import Ecto.Query

  def totals, do: Repo.all(from o in "orders", join: u in "users", on: u.id == o.user_id, select: o.total)
  def listed, do: from(o in "orders", select: [:id, :placed_at])
  def write, do: Repo.insert_all("logs", [%{level: "info"}])
  def raw, do: Repo.query!("SELECT title, price FROM shop.products WHERE stock > 0")
  def say, do: "Update your name before you leave users."
end
"""


def code(*texts: str) -> Code:
    return Code(tuple(SourceFile(f"lib/shop/{number}.ex", dedent(text)) for number, text in enumerate(texts)))


@pytest.mark.parametrize("column", ["uuid", "email", "nickname", "addresses", "team_id", "created_at", "updated_at"])
def test_a_schema_reads_the_columns_behind_its_fields(column: str) -> None:
    assert str(code(USER).use(USERS, column)) == "`Shop.User`"


@pytest.mark.parametrize("column", ["id", "nick", "secret", "password", "boss_id", "posts", "inserted_at", "legend"])
def test_it_does_not_read_what_is_virtual_elsewhere_or_left_out(column: str) -> None:
    assert code(USER).use(USERS, column) is None


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("orders", "total"),
        ("orders", "user_id"),
        ("users", "id"),
        ("orders", "placed_at"),
        ("logs", "level"),
        ("products", "stock"),
        ("products", None),
    ],
)
def test_a_query_without_a_schema_reads_what_it_names(table: str, column: str | None) -> None:
    use = code(QUERIES).use(Name(None, table), column)

    assert str(use) == "a query in `0.ex`"


@pytest.mark.parametrize(("table", "column"), [("users", "total"), ("users", "name"), ("orders", "price")])
def test_a_query_does_not_read_what_it_names_of_another_table(table: str, column: str) -> None:
    assert code(QUERIES).use(Name(None, table), column) is None


def test_a_use_says_its_line() -> None:
    use = code(USER).use(USERS, "email")

    assert use is not None
    assert use.place == "lib/shop/0.ex:10"


def test_a_schema_with_a_prefix_is_that_of_the_table_with_it() -> None:
    there = code(USER.replace("  use Ecto.Schema", '  use Ecto.Schema\n  @schema_prefix "billing"'))

    assert there.use(Name("billing", "users"), "email")
    assert there.use(USERS, "email") is None


@pytest.mark.parametrize(
    "line", ["for name <- [:a, :b], do: field(name, :string)", "field unquote(name), :string", "uploads()"]
)
def test_fields_that_a_macro_may_bring_are_said_to_be_unread(line: str) -> None:
    whole, part = (
        next(code(text).schemas(USERS))[0].whole for text in (USER, USER.replace("has_many :posts, Shop.Post", line))
    )

    assert (whole, part) == (True, False)


def test_a_changeset_expects_names_that_it_gives_or_ecto_makes_up() -> None:
    expected = {one.name: one.match for one, _ in code(USER).expected(USERS)}

    assert expected == {
        "users_nickname_index": "exact",
        "one_email_a_team": "exact",
        "users_team_id_fkey": "exact",
        "_email_index": "suffix",
        "users_boss_id_fkey": "exact",
        "users_age_exclusion": "exact",
    }


def test_a_suffix_fits_every_name_that_ends_so() -> None:
    suffix = next(one for one, _ in code(USER).expected(USERS) if one.match == "suffix")

    assert suffix.fits("users_email_index")
    assert not suffix.fits("users_email_key")


def test_what_is_no_elixir_says_nothing() -> None:
    assert code('schema "users" do field(:email').use(USERS, "email") is None

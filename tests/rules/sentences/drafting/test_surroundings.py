"""New migrations fit in: their versions and names, their modules, their layout, and what a project does always."""

import pytest

from rules.ecto.files import next_version
from rules.ecto.types import NamedType
from rules.schema.conventions import learn
from rules.sentences.drafting.draft import draft
from rules.sentences.intent import AddColumns, AddIndex, ColumnIntent, CreateTable, Meaning, Refers
from rules.source import SourceFile
from rules.sql.names import Name
from tests.rules.sentences.drafting.shop import FOLDER, HISTORY, MOMENT, around, drafted, judged, schema_of

POSTS = Name(None, "posts")
USERS = Name(None, "users")
TITLE = (ColumnIntent("title"),)
PHONE = AddColumns(USERS, (ColumnIntent("phone"),))


def migration(version: int, name: str, body: str, module: str = "Shop.Repo.Migrations.Step") -> SourceFile:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = f"defmodule {module}{version % 1000} do\n  use Ecto.Migration\n\n  def change do\n{lines}  end\nend\n"
    return SourceFile(f"{FOLDER}/{version}_{name}.exs", text)


def configured(options: str) -> tuple[SourceFile, ...]:
    return (
        SourceFile("config/config.exs", f"import Config\nconfig :shop, Shop.Repo, {options}\n"),
        SourceFile("lib/shop/repo.ex", "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n"),
    )


def text_of(*intents: CreateTable | AddColumns | AddIndex, history: tuple[SourceFile, ...], **more: object) -> str:
    return drafted(*intents, history=history, **more).files[0].file.text  # type: ignore[arg-type]  # passed on


def test_versions_count_on_from_the_moment() -> None:
    found = drafted(AddColumns(USERS, (ColumnIntent("phone", null=False),)))

    assert [one.path.rpartition("/")[2].partition("_")[0] for one in found.files] == [
        str(MOMENT),
        str(MOMENT + 1),
        str(MOMENT + 2),
    ]


def test_versions_come_after_the_newest_even_if_that_is_ahead_of_the_clock() -> None:
    ahead = migration(20301231235959, "tomorrow", "create table(:days)")

    (one,) = drafted(PHONE, history=(*HISTORY, ahead)).files

    assert one.path == f"{FOLDER}/20310101000000_add_phone_to_users.exs"


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken = migration(20250101000001, "add_phone_to_users", "create table(:phones)")

    (one,) = drafted(PHONE, history=(*HISTORY, taken)).files

    assert one.path == f"{FOLDER}/{MOMENT}_add_phone_to_users_2.exs"
    assert "defmodule Shop.Repo.Migrations.AddPhoneToUsers2 do" in one.file.text


def test_without_history_the_project_tells_the_module() -> None:
    (one,) = drafted(CreateTable(POSTS, TITLE), history=(), project=configured("[]")).files

    assert one.file.text.startswith("defmodule Shop.Repo.Migrations.CreatePosts do\n")


def test_without_history_and_project_keys_are_uuids_and_times_have_microseconds() -> None:
    text = text_of(CreateTable(POSTS, TITLE), history=())

    assert "create table(:posts, primary_key: false) do\n      add :id, :binary_id, primary_key: true\n" in text
    assert "timestamps(type: :utc_datetime_usec)" in text


def test_a_new_table_goes_along_with_the_few_that_are_there() -> None:
    history = (migration(20250101000001, "start", "create table(:users) do\n  add :name, :text\n  timestamps()\nend"),)

    text = text_of(
        CreateTable(POSTS, (ColumnIntent("title", NamedType("string")), ColumnIntent("user_id"))), history=history
    )

    assert "create table(:posts) do\n      add :title, :text, null: false\n" in text
    assert "add :user_id, references(:users), null: false\n" in text
    assert "      timestamps()\n" in text


def test_what_the_repo_is_configured_to_do_is_not_said_again() -> None:
    project = configured("migration_primary_key: [type: :binary_id], migration_timestamps: [type: :utc_datetime_usec]")
    history = (migration(20250101000001, "start", "create table(:users) do\n  timestamps()\nend"),)

    text = text_of(CreateTable(POSTS, (ColumnIntent("user_id"),)), history=history, project=project)

    assert "create table(:posts) do\n      add :user_id, references(:users), null: false\n      timestamps()\n" in text


def test_what_refers_has_the_type_of_the_key_that_is_there() -> None:
    text = text_of(
        CreateTable(POSTS, (ColumnIntent("note_id", references=Refers(Name(None, "notes"))),)), history=HISTORY
    )

    assert "add :note_id, references(:notes), null: false\n" in text


def test_what_a_project_says_of_deletion_and_tenants_is_said_of_new_tables() -> None:
    account = "add :account_id, references(:accounts, on_delete: :delete_all), null: false"
    others = "".join(f"create table(:t{number}) do\n  {account}\nend\n" for number in range(7))
    body = f"create table(:accounts)\n{others}"
    history = (migration(20250101000001, "start", body),)

    found = drafted(CreateTable(POSTS, TITLE, unique=(("title", "account_id"),)), history=history)

    text = found.files[0].file.text
    assert "add :account_id, references(:accounts, on_delete: :delete_all), null: false\n" in text
    assert "create unique_index(:posts, [:account_id, :title])\n" in text
    assert "create index(:posts" not in text
    assert judged(found, history).findings == ()


def test_money_is_what_it_is_elsewhere_and_never_a_float() -> None:
    history = (migration(20250101000001, "start", "create table(:items) do\n  add :price, :integer\nend"),)
    price = CreateTable(POSTS, (ColumnIntent("price", Meaning.MONEY), ColumnIntent("budget", NamedType("float"))))

    assert "add :price, :integer, null: false\n      add :budget, :decimal, null: false\n" in text_of(
        price, history=history
    )
    assert "add :price, :decimal, precision: 12, scale: 2, null: false\n" in text_of(price, history=())


def test_an_address_is_as_it_is_elsewhere() -> None:
    extension = 'execute "CREATE EXTENSION citext", "DROP EXTENSION citext"'
    body = f"{extension}\ncreate table(:people) do\n  add :email, :citext\nend"

    text = text_of(CreateTable(POSTS, (ColumnIntent("email"),)), history=(migration(20250101000001, "start", body),))

    assert "add :email, :citext, null: false\n" in text


def test_lines_are_as_wide_as_the_project_formats_them() -> None:
    wide = (SourceFile(".formatter.exs", "[line_length: 120]\n"),)
    state = AddColumns(USERS, (ColumnIntent("plan_state", values=("active", "lapsed")),))

    narrow, broad = text_of(state, history=HISTORY), text_of(state, history=HISTORY, project=wide)

    assert 'create constraint(:users, :users_plan_state_check,\n             check: "plan_state' in narrow
    assert max(map(len, broad.splitlines())) > 98


def test_parentheses_are_written_where_the_newest_migration_has_them() -> None:
    newest = migration(20250101000001, "boxes", 'create(table(:boxes)) \nexecute("SELECT 1", "SELECT 2")')

    assert "      add(:phone, :string)\n" in text_of(PHONE, history=(*HISTORY, newest))


def test_the_migrators_lock_is_left_alone_where_it_is_of_another_kind() -> None:
    advisory = configured("migration_lock: :pg_advisory_lock")

    text = text_of(AddIndex(USERS, ("name",)), history=HISTORY, project=advisory)

    assert "@disable_ddl_transaction true\n\n  def change do" in text


def test_nulls_are_the_same_only_where_postgres_knows_how() -> None:
    together = AddIndex(USERS, ("name", "age"), unique=True, nulls_distinct=False)
    schema = schema_of()
    newer = around().knowing(around().code, 15)

    (one,) = draft((together,), schema, learn(schema, 1), newer).files

    assert "nulls_distinct: false" in one.file.text
    with pytest.raises(Exception, match="Only PostgreSQL 15"):
        drafted(together)


def test_the_next_version_of_a_day_is_on_the_next_day() -> None:
    assert next_version(20241231235959) == 20250101000000


def test_without_a_repo_the_application_tells_the_module() -> None:
    mix = SourceFile(
        "mix.exs", "defmodule BookShop.MixProject do\n  def project do\n    [app: :book_shop]\n  end\nend\n"
    )

    (one,) = drafted(CreateTable(POSTS, TITLE), history=(), project=(mix,)).files

    assert one.file.text.startswith("defmodule BookShop.Repo.Migrations.CreatePosts do\n")

"""A shop whose migrations are drafted: its history, and what becomes of intents there."""

from collections.abc import Sequence
from functools import cache

from rules.analysis import analyse
from rules.analysis.ground import ending
from rules.ecto.code import Code
from rules.ecto.projects import Projects
from rules.finding import Report
from rules.schema.conventions import learn
from rules.schema.model import Schema
from rules.sentences.drafting.draft import Drafted, draft
from rules.sentences.drafting.surroundings import Surroundings, surroundings
from rules.sentences.intent import Intent
from rules.settings import Settings
from rules.source import Change, SourceFile

FOLDER = "priv/repo/migrations"
MOMENT = 20260301120000
SHOP = """\
defmodule Shop.Repo.Migrations.OpenShop do
  use Ecto.Migration

  def change do
    create table(:teams, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :name, :string, null: false
      timestamps(type: :utc_datetime_usec)
    end

    create table(:users, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :email, :string, null: false
      add :name, :string
      add :role, :string, null: false, default: "member"
      add :age, :integer
      add :legacy_id, :integer
      add :code, :string, null: false
      add :team_id, references(:teams, type: :binary_id), null: false
      timestamps(type: :utc_datetime_usec)
    end

    create index(:users, [:team_id])
    create index(:users, [:legacy_id])

    create table(:orders, primary_key: false) do
      add :id, :binary_id, primary_key: true
      add :status, :string, null: false
      add :amount, :integer
      add :user_id, :binary_id
      add :meta, :map
      add :tags, {:array, :string}
      add :starts_at, :utc_datetime
      add :ends_at, :utc_datetime
      timestamps(type: :utc_datetime_usec)
    end

    create index(:orders, [:status])
    create constraint(:orders, :orders_status_check, check: "status IN ('open', 'closed')")

    execute "CREATE TYPE mood AS ENUM ('glad', 'sad')", "DROP TYPE mood"

    create table(:notes) do
      add :body, :text
      add :mood, :mood
      add :done, :boolean, null: false, default: false
    end
  end
end
"""
HISTORY = (SourceFile(f"{FOLDER}/20240101000000_open_shop.exs", SHOP),)


@cache
def schema_of(history: tuple[SourceFile, ...] = HISTORY, project: tuple[SourceFile, ...] = ()) -> Schema:
    """Return what *history* has come to; an empty one has come to nothing."""
    return ending(Change((), history, project)).settled() if history else Schema()


def around(
    history: tuple[SourceFile, ...] = HISTORY, project: tuple[SourceFile, ...] = (), code: Code | None = None
) -> Surroundings:
    """Return what surrounds a new migration."""
    found = surroundings(MOMENT, FOLDER, history, Projects(project).of(f"{FOLDER}/1_next.exs"), project)
    return found if code is None else found.knowing(code)


def drafted(
    *intents: Intent,
    history: tuple[SourceFile, ...] = HISTORY,
    project: tuple[SourceFile, ...] = (),
    code: tuple[SourceFile, ...] = (),
) -> Drafted:
    """Return what *intents* come to in the shop, or in another project."""
    schema = schema_of(history, project)
    return draft(intents, schema, learn(schema, fewest=1), around(history, project, Code(code)))


def proposing(
    of: Drafted,
    history: tuple[SourceFile, ...] = HISTORY,
    project: tuple[SourceFile, ...] = (),
    code: Sequence[SourceFile] = (),
) -> Change:
    """Return the pull request that adds what was drafted."""
    return Change(history, tuple(one.file for one in of.files), project, running=tuple(code), coming=tuple(code))


def judged(of: Drafted, history: tuple[SourceFile, ...] = HISTORY, project: tuple[SourceFile, ...] = ()) -> Report:
    """Judge what was drafted, as a pull request at default settings."""
    return analyse(proposing(of, history, project), Settings())

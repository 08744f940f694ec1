"""What the shop's files say."""

from collections.abc import Mapping
from string import Template
from typing import Final

MODULE: Final = Template(
    """\
defmodule Shop.Repo.Migrations.$module do
  use Ecto.Migration

  # draft $draft
${body}end
"""
)
CREATE: Final = Template(
    """\
  def change do
    create table(:$table) do
      add :name, :string, null: false, size: 120
      add :code, :string, null: false
      add :state, :string, null: false, default: "new"
      add :amount, :decimal, precision: 12, scale: 2
      add :is_hidden, :boolean, null: false, default: false
      add :settings, :map, default: %{}
      add :tags, {:array, :string}, default: []
      add :other_id, references(:$other, on_delete: :delete_all), null: false

      timestamps(type: :utc_datetime_usec)
    end

    create unique_index(:$table, [:code])
    create index(:$table, [:other_id])
  end
"""
)
ADD: Final = Template(
    """\
  def change do
    alter table(:$table) do
      add :count_$number, :integer, default: 0
      add :note_$number, :text
    end
  end
"""
)
INDEX: Final = Template(
    """\
  @disable_ddl_transaction true
  @disable_migration_lock true

  def change do
    create index(:$table, [:state, :code], name: :${table}_state_$number, concurrently: true)
  end
"""
)
REFER: Final = Template(
    """\
  def change do
    alter table(:$table) do
      add :other_${number}_id, references(:$other, on_delete: :nilify_all)
    end

    create index(:$table, [:other_${number}_id])
  end
"""
)
LOOP: Final = Template(
    """\
  @columns [:starts_at_$number, :ends_at_$number]

  def change do
    for column <- @columns do
      alter table(:$table) do
        add column, :utc_datetime
      end

      create index(:$table, [column])
    end
  end
"""
)
CHECK: Final = Template(
    """\
  def change do
    create constraint(:$table, :${table}_amount_$number, check: "amount >= 0")
  end
"""
)
SQL: Final = Template(
    """\
  def change do
    execute(
      "CREATE TYPE kind_$number AS ENUM ('small', 'large')",
      "DROP TYPE kind_$number"
    )

    alter table(:$table) do
      add :kind_$number, :kind_$number, default: "small"
    end
  end
"""
)
RENAME: Final = Template(
    """\
  def change do
    rename table(:$table), :settings, to: :options
  end
"""
)
UPDATE: Final = Template(
    """\
  def up do
    execute "UPDATE $table SET state = 'open' WHERE state = 'new' AND id > $number"
  end

  def down do
    execute "UPDATE $table SET state = 'new' WHERE state = 'open' AND id > $number"
  end
"""
)
# As often as public histories have them: a quarter makes tables, a quarter adds columns.
CYCLE: Final = (
    *(("create", CREATE), ("add", ADD), ("index", INDEX), ("refer", REFER)),
    *(("create", CREATE), ("add", ADD), ("loop", LOOP), ("check", CHECK)),
    *(("create", CREATE), ("index", INDEX), ("sql", SQL), ("add", ADD)),
    *(("create", CREATE), ("rename", RENAME), ("update", UPDATE), ("add", ADD)),
)
CHANGES: Final = (
    (
        "create_returns",
        Template(
            """\
  def change do
    create table(:returns) do
      add :reason, :text, null: false
      add :order_id, references(:$table, on_delete: :restrict), null: false

      timestamps(type: :utc_datetime_usec)
    end

    create index(:returns, [:order_id])
  end
"""
        ),
    ),
    ("find_by_amount", Template("  def change do\n    create index(:$table, [:amount])\n  end\n")),
    (
        "require_amount",
        Template(
            """\
  def change do
    alter table(:$table) do
      modify :amount, :decimal, null: false
    end
  end
"""
        ),
    ),
    (
        "forget_tags",
        Template("  def change do\n    alter table(:$table) do\n      remove :tags\n    end\n  end\n"),
    ),
    (
        "check_state",
        Template(
            """\
  def change do
    alter table(:$table) do
      add :origin_id, references(:$other), null: false
    end

    execute "ALTER TABLE $table ADD CONSTRAINT known_state CHECK (state IN ('new', 'open'))"
  end
"""
        ),
    ),
)
SCHEMA: Final = Template(
    """\
defmodule Shop.$module do
  use Ecto.Schema
  import Ecto.Changeset

  schema "$table" do
    field :name, :string
    field :code, :string
    field :state, :string, default: "new"
    field :amount, :decimal
    belongs_to :other, Shop.Other

    timestamps(type: :utc_datetime_usec)
  end

  def changeset(record, attributes) do
    record
    |> cast(attributes, [:name, :code, :state, :amount])
    |> validate_required([:name, :code])
    |> unique_constraint(:code)
  end
end
"""
)
PROJECT: Final[Mapping[str, str]] = {
    ".formatter.exs": '[\n  import_deps: [:ecto],\n  inputs: ["{lib,priv}/**/*.{ex,exs}"]\n]\n',
    "config/config.exs": """\
import Config

config :shop,
  ecto_repos: [Shop.Repo],
  generators: [timestamp_type: :utc_datetime_usec]

config :shop, Shop.Repo, migration_timestamps: [type: :utc_datetime_usec]

config :logger, :console,
  format: "$time $metadata[$level] $message\\n",
  metadata: [:request_id]

import_config "#{config_env()}.exs"
""",
    "config/prod.exs": "import Config\n\nconfig :logger, level: :info\n",
    "config/runtime.exs": """\
import Config

if config_env() == :prod do
  config :shop, Shop.Repo,
    url: System.get_env("DATABASE_URL"),
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10")
end
""",
    "lib/shop/repo.ex": """\
defmodule Shop.Repo do
  use Ecto.Repo,
    otp_app: :shop,
    adapter: Ecto.Adapters.Postgres
end
""",
    "mix.exs": """\
defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "1.0.0", deps: [{:ecto_sql, "~> 3.12"}, {:postgrex, ">= 0.0.0"}]]
  end
end
""",
    "mix.lock": '%{\n  "ecto_sql": {:hex, :ecto_sql, "3.12.1", "c0d0", [:mix], [], "hexpm", "c0de"},\n}\n',
}

"""Whose configuration a migration stands under, read from the files of its repository."""

from rules.ecto.projects import Projects
from rules.source import SourceFile
from tests.rules.ecto.sources import change, sql

REPO = SourceFile(
    "lib/app/repo.ex",
    "defmodule App.Repo do\n  use Ecto.Repo, otp_app: :app, adapter: Ecto.Adapters.Postgres\nend\n",
)
PATH = "priv/repo/migrations/1_a.exs"


def test_the_repos_configuration_changes_what_a_migration_means() -> None:
    config = SourceFile(
        "config/config.exs",
        "import Config\nconfig :app, App.Repo,\n  migration_primary_key: [name: :uid, type: :binary_id],\n"
        "  migration_timestamps: [type: :utc_datetime_usec]\n",
    )

    read = change("    create table(:a) do\n      timestamps()\n    end", Projects((REPO, config)).of(PATH))

    assert sql(read.up) == [
        (
            'CREATE TABLE "a" ("uid" uuid, "inserted_at" timestamp NOT NULL, "updated_at" timestamp NOT NULL, '
            'PRIMARY KEY ("uid"))'
        )
    ]


def test_a_later_file_and_a_condition_in_it_count() -> None:
    base = SourceFile("config/config.exs", "config :app, App.Repo, migration_lock: false, pool_size: nobody()\n")
    runtime = SourceFile(
        "config/runtime.exs",
        "if config_env() == :prod do\n  config :app, App.Repo, migration_lock: :pg_advisory_lock\nend\n",
    )

    repo = Projects((REPO, base, runtime)).of(PATH).repo

    assert getattr(repo.lock, "name", None) == "pg_advisory_lock"
    assert (repo.module, repo.adapter) == ("Elixir.App.Repo", "Ecto.Adapters.Postgres")


def test_each_folder_of_an_umbrella_has_its_own_repo() -> None:
    other = SourceFile("apps/b/lib/b/repo.ex", "defmodule B.Repo do\n  use Ecto.Repo, otp_app: :b\nend\n")
    one = SourceFile("apps/a/lib/a/repo.ex", "defmodule A.Repo do\n  use Ecto.Repo, otp_app: :a\nend\n")
    config = SourceFile("config/config.exs", 'config :b, B.Repo, migration_default_prefix: "b"\n')

    projects = Projects((one, other, config))

    assert projects.of("apps/b/priv/repo/migrations/1_a.exs").repo.default_prefix == "b"
    assert projects.of("apps/a/priv/repo/migrations/1_a.exs").repo.module == "Elixir.A.Repo"


def test_priv_tells_which_folder_belongs_to_which_repo() -> None:
    two = SourceFile(
        "lib/app/repos.ex",
        "defmodule App.Repo do\n  use Ecto.Repo, otp_app: :app\nend\n"
        'defmodule App.Events do\n  use Ecto.Repo, otp_app: :app, priv: "priv/log"\nend\n',
    )

    projects = Projects((two,))

    assert projects.of("priv/log/migrations/1_a.exs").repo.module == "Elixir.App.Events"
    assert projects.of(PATH).repo.module == "Elixir.App.Repo"


def test_the_release_is_the_one_that_is_locked() -> None:
    lock = SourceFile("mix.lock", '%{\n  "ecto_sql": {:hex, :ecto_sql, "3.8.3", "a", [:mix], [], "hexpm", "b"},\n}\n')

    assert Projects((lock,)).of(PATH).version == (3, 8, 3)
    assert Projects(()).of(PATH).version == (3, 13, 5)


def test_a_file_of_sql_is_read_where_the_repository_has_it() -> None:
    file = SourceFile("priv/repo/sql/a.sql", "SELECT 1")

    read = change(
        '    execute(File.read!(Application.app_dir(:app, "priv/repo/sql/a.sql")), "")', Projects((file,)).of(PATH)
    )

    assert sql(read.up) == ["SELECT 1"]


def test_the_applications_own_configuration_decides_a_condition() -> None:
    config = SourceFile(
        "config/config.exs",
        'config :app, env: config_env(), tables: ["a"]\nconfig :app, App.Log, level: nobody(), tables: [:b]\n',
    )
    body = (
        "    if Application.get_env(:app, :env) == :test, do: create(table(:never))\n"
        "    for t <- Application.fetch_env!(:app, :tables), do: create(table(t))\n"
        "    for t <- Application.compile_env(:app, App.Log)[:tables], do: create(table(t))"
    )

    known = change(body, Projects((config,), mix_env="prod").of(PATH))
    unknown = change(body, Projects((config,)).of(PATH))

    assert [statement[:16] for statement in sql(known.up)] == ['CREATE TABLE "a"', 'CREATE TABLE "b"']
    assert not known.unread
    assert [unread.reason for unread in unknown.unread] == ["how the project was built"]


def test_a_folder_that_no_repo_claims_runs_with_the_main_repo() -> None:
    two = SourceFile(
        "lib/app/repo.ex",
        "defmodule App.Repo do\n  use Ecto.Repo, otp_app: :app\n\n  defmodule Replica do\n"
        "    use Ecto.Repo, otp_app: :app, read_only: true\n  end\nend\n",
    )

    projects = Projects((two,))

    assert projects.of("priv/data_migrations/1_a.exs").repo.module == "Elixir.App.Repo"
    assert projects.of("priv/replica/migrations/1_a.exs").repo.module == "Elixir.App.Repo.Replica"


def test_a_repo_whose_configuration_is_made_elsewhere_says_so() -> None:
    said = SourceFile("config/config.exs", "config :app, App.Repo, migration_primary_key: [type: :uuid]\n")
    computed = SourceFile("config/config.exs", "config :app, App.Repo, migration_primary_key: [type: Keys.type()]\n")
    other = SourceFile("config/config.exs", "config :app, ecto_repos: [App.Repo]\n")

    hidden = [Projects((REPO, file)).of(PATH).repo.is_hidden for file in (said, computed, other)]

    assert hidden == [False, True, True]


def test_a_repo_of_ash_says_its_adapter_by_its_name() -> None:
    repo = SourceFile("lib/app/repo.ex", "defmodule App.Repo do\n  use AshSqlite.Repo, otp_app: :app\nend\n")

    assert Projects((repo,)).of(PATH).repo.adapter == "Ecto.Adapters.SQLite3"

"""What belongs together in a pull request, what came before it, and what its project and its settings say."""

import pytest

from rules.analysis import analyse, analyse_each
from rules.analysis.reading import LARGEST
from rules.finding import Report, Severity
from rules.rewrite.edit import Safety
from rules.settings import Settings
from rules.source import Change, SourceFile

USERS = "create table(:users) do\n      add :email, :string\n    end"
INDEX = "create index(:users, [:email])"


def file(version: int, body: str, folder: str = "priv/repo/migrations") -> SourceFile:
    code = f"defmodule Shop.M{version} do\n  use Ecto.Migration\n\n  def change do\n    {body}\n  end\nend\n"
    return SourceFile(f"{folder}/{version}_step{version}.exs", code)


def said(report: Report) -> list[tuple[str, str]]:
    return [(finding.path.rpartition("/")[2], finding.rule) for finding in report.findings]


def test_what_a_pull_request_creates_is_new_to_all_of_it() -> None:
    change = Change((), (file(1, USERS), file(2, INDEX)))

    assert said(analyse(change, Settings())) == []


def test_each_on_its_own_finds_what_came_before_it() -> None:
    change = Change((), (file(1, USERS), file(2, INDEX)))

    assert said(analyse_each(change, Settings())) == [("2_step2.exs", "index-without-concurrently")]


def test_history_is_replayed_in_the_order_of_versions_whatever_the_order_of_files() -> None:
    history = (file(3, "rename table(:users), :email, to: :mail"), file(1, USERS))

    report = analyse(Change(history, (file(4, "alter table(:users) do\n remove :mail\n end"),)), Settings())

    (finding,) = report.findings
    assert finding.rewrite is not None
    assert finding.rewrite.edits[0].text == ", :string"


def test_an_edited_migration_replaces_itself_in_the_history() -> None:
    merged, edited = file(1, USERS), file(1, USERS.replace(":string", ":text"))

    report = analyse(Change((merged,), (edited,)), Settings())

    assert [one.verdict.value for one in report.files] == ["reversible"]


def test_an_edited_migration_is_judged_where_it_stands_in_the_history() -> None:
    merged, edited = file(1, USERS), file(1, f"{USERS}\n    # The customers.")
    later = file(2, "rename table(:users), to: table(:customers)")

    report = analyse(Change((later,), (edited,), replaced=(merged,)), Settings())

    assert [(one.verdict.value, one.findings) for one in report.files] == [("reversible", ())]


def test_a_deleted_migration_ran_but_shares_no_name_with_those_to_come() -> None:
    deleted, again = file(1, USERS), SourceFile("priv/repo/migrations/2_step1.exs", file(1, INDEX).text)

    report = analyse(Change((deleted,), (again,), removed=frozenset({deleted.path})), Settings())

    assert said(report) == [("2_step1.exs", "index-without-concurrently")]


def test_scripts_among_migrations_are_not_reviewed_and_make_no_schema() -> None:
    script = SourceFile("priv/repo/migrations/names.exs", "defmodule Shop.Names do\nend\n")
    unnumbered = SourceFile("priv/repo/migrations/users.exs", file(1, USERS).text)

    report = analyse(Change((), (script, unnumbered, file(2, INDEX))), Settings())

    assert said(report) == [("2_step2.exs", "index-without-concurrently"), ("users.exs", "file-passed-over")]
    assert [one.verdict.value for one in report.files] == ["reversible", "unknown"]


def test_files_are_reported_in_the_order_of_their_paths() -> None:
    change = Change((), (file(2, INDEX), file(1, USERS), file(1, USERS, "a/priv/repo/migrations")))

    paths = [one.path for one in analyse(change, Settings()).files]

    assert paths == sorted(paths)


def test_only_the_folders_that_are_asked_for_are_reviewed() -> None:
    change = Change((), (file(1, INDEX), file(2, INDEX, "apps/b/priv/repo/migrations")))

    report = analyse(change, Settings(paths=("apps/b",)))

    assert [one.path for one in report.files] == ["apps/b/priv/repo/migrations/2_step2.exs"]


def test_severities_are_the_repositorys_own() -> None:
    settings = Settings(severities={"index-without-concurrently": Severity.ADVICE})

    (finding,) = analyse(Change((), (file(1, INDEX),)), settings).findings

    assert finding.severity is Severity.ADVICE


def test_a_broken_file_does_not_keep_the_others_from_being_judged() -> None:
    broken = SourceFile("priv/repo/migrations/1_step.exs", "defmodule M do\n  x = ]\nend\n")

    report = analyse(Change((), (broken, file(2, INDEX))), Settings())

    assert said(report) == [("1_step.exs", "unreadable-elixir"), ("2_step2.exs", "index-without-concurrently")]
    assert report.files[0].verdict.value == "unknown"


def test_a_file_that_is_too_long_is_refused_by_name() -> None:
    long = SourceFile("priv/repo/migrations/1_step.exs", "#" * (LARGEST + 1))

    report = analyse(Change((), (long,)), Settings())

    assert said(report) == [("1_step.exs", "unreadable-elixir")]
    assert report.files[0].module is None


@pytest.mark.parametrize(
    ("lock", "attributes"),
    [
        ("", "\n\n  @disable_ddl_transaction true\n  @disable_migration_lock true"),
        (", migration_lock: :pg_advisory_lock", "\n\n  @disable_ddl_transaction true"),
        (", migration_lock: false", "\n\n  @disable_ddl_transaction true"),
        (", migration_lock: nil", "\n\n  @disable_ddl_transaction true"),
    ],
)
def test_the_lock_stays_where_a_concurrent_build_does_not_wait_for_it(lock: str, attributes: str) -> None:
    repo = SourceFile(
        "lib/shop/repo.ex",
        "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.Postgres\nend\n",
    )
    config = SourceFile("config/config.exs", f"import Config\nconfig :shop, Shop.Repo, pool_size: 1{lock}\n")

    (finding,) = analyse(Change((), (file(1, INDEX),), (repo, config)), Settings()).findings

    assert finding.rewrite is not None
    assert attributes in [edit.text for edit in finding.rewrite.edits]


@pytest.mark.parametrize(
    ("lock", "rules"),
    [
        ("true", ["concurrently-under-migration-lock"]),
        (":table_lock", ["concurrently-under-migration-lock"]),
        (":pg_advisory_lock", []),
        ("nil", []),
        ('System.get_env("LOCK")', []),
    ],
)
def test_a_build_waits_only_for_a_lock_that_is_certainly_held_in_a_transaction(lock: str, rules: list[str]) -> None:
    config = SourceFile("config/config.exs", f"import Config\nconfig :shop, Shop.Repo, migration_lock: {lock}\n")
    repo = SourceFile("lib/shop/repo.ex", "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n")
    code = file(1, "create index(:users, [:email], concurrently: true)")
    apart = SourceFile(code.path, code.text.replace("Migration\n", "Migration\n  @disable_ddl_transaction true\n", 1))

    assert [rule for _, rule in said(analyse(Change((), (apart,), (repo, config)), Settings()))] == rules


@pytest.mark.parametrize("adapter", ["Ecto.Adapters.MyXQL", "Ecto.Adapters.SQLite3"])
def test_locks_of_postgres_are_not_told_of_other_databases(adapter: str) -> None:
    code = f"defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: {adapter}\nend\n"
    repo = SourceFile("lib/shop/repo.ex", code)

    assert said(analyse(Change((), (file(1, INDEX),), (repo,)), Settings())) == []


def test_what_other_databases_make_of_a_change_is_not_known() -> None:
    code = "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.MyXQL\nend\n"
    project = (SourceFile("lib/shop/repo.ex", code),)
    wider = "alter table(:users) do\n      modify :email, :text, from: :string\n    end"

    report = analyse(Change((), (file(1, USERS), file(2, wider)), project), Settings())

    assert [one.verdict.value for one in report.files] == ["reversible", "unknown"]
    assert report.files[1].reason == "What Ecto.Adapters.MyXQL makes of it is not known."


def test_a_rewrite_is_safe_only_if_the_file_that_it_makes_is_proven() -> None:
    first = file(
        1, "create table(:users) do\n      add :email, :string\n      add :age, :integer, null: false\n    end"
    )
    removal = "alter table(:users) do\n      remove :email\n    end"
    unproven = removal.replace(":email", ":age")  # comes back only to an empty table

    safe = analyse(Change((first,), (file(2, removal),)), Settings()).findings
    doubtful = analyse(Change((first,), (file(2, unproven),)), Settings()).findings

    assert [finding.rewrite and finding.rewrite.safety for finding in safe] == [Safety.SAFE]
    assert [finding.rewrite and finding.rewrite.safety for finding in doubtful] == [Safety.REVIEW]


def test_hazards_of_one_file_do_not_keep_each_others_rewrites_from_being_safe() -> None:
    removals = "alter table(:users) do\n      remove :email\n      remove :age\n    end"
    first = file(1, "create table(:users) do\n      add :email, :string\n      add :age, :integer\n    end")

    findings = analyse(Change((first,), (file(2, removals),)), Settings()).findings

    assert [finding.rewrite and finding.rewrite.safety for finding in findings] == [Safety.SAFE, Safety.SAFE]

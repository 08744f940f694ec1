"""From a sentence and a project to files or an answer: what the command line, comments and pages stand on."""

from rules.authoring import author
from rules.finding import Verdict
from rules.settings import Settings
from rules.source import Change, SourceFile
from tests.rules.sentences.drafting.shop import FOLDER, HISTORY, MOMENT

CODE = (
    SourceFile(
        "lib/shop/user.ex",
        'defmodule Shop.User do\n  use Ecto.Schema\n\n  schema "users" do\n    field :age, :integer\n  end\nend\n',
    ),
)
ADMIN = SourceFile(
    "priv/admin_repo/migrations/20200101000000_create_logs.exs",
    "defmodule Admin.Repo.Migrations.CreateLogs do\n  use Ecto.Migration\n\n  def change do\n    create table(:logs)\n"
    "  end\nend\n",
)


def test_files_come_with_what_they_are_and_when_they_are_deployed() -> None:
    reply = author("Add a required phone to users", Change(HISTORY, ()), MOMENT)

    assert reply.restated == "Add `phone` (required) to `users`."
    assert [(one.does, one.verdict, one.release) for one in reply.files] == [
        ("adds `phone` to `users`", Verdict.REVERSIBLE, 1),
        ("lets no new row of `users` be without `phone`", Verdict.REVERSIBLE, 2),
        ("requires `users.phone` once no row is without it", Verdict.REVERSIBLE, 2),
    ]
    assert (reply.findings, reply.problem, reply.instead) == ((), "", ())


def test_a_project_begins_with_its_first_sentence() -> None:
    (one,) = author("Create users with email", Change((), ()), MOMENT).files

    assert one.path == f"{FOLDER}/{MOMENT}_create_users.exs"


def test_what_is_proposed_is_built_upon_where_it_lies() -> None:
    reply = author("add size to logs", Change(HISTORY, (ADMIN,)), MOMENT)

    assert reply.files[0].path == f"priv/admin_repo/migrations/{MOMENT}_add_size_to_logs.exs"
    assert reply.files[0].text.startswith("defmodule Admin.Repo.Migrations.AddSizeToLogs do\n")


def test_what_code_still_reads_is_found_beside_the_files() -> None:
    reply = author("Remove age from users", Change(HISTORY, (), coming=CODE), MOMENT)

    assert [one.verdict for one in reply.files] == [Verdict.LOSES_DATA]
    (finding,) = reply.findings
    assert finding.startswith("`Shop.User` still uses `users.age` in this change (lib/shop/user.ex:5)")
    assert finding.endswith(" `code-left-behind`")


def test_what_has_two_meanings_is_shown_in_both() -> None:
    reply = author("add inserted_at and updated_at to notes", Change(HISTORY, ()), MOMENT)

    assert reply.files == ()
    assert reply.problem == "That can be meant in several ways."
    assert len(reply.instead) == 2
    assert all(author(one, Change(HISTORY, ()), MOMENT).files for one in reply.instead)


def test_an_unknown_name_is_told_with_the_nearest() -> None:
    table = author("add phone to userz", Change(HISTORY, ()), MOMENT)
    column = author("remove emial from users", Change(HISTORY, ()), MOMENT)

    assert table.problem == "There is no table `userz`. There is `users`."
    assert column.problem.startswith("There is no column `emial` in `users`. There is `email`")


def test_what_a_file_that_is_no_elixir_may_have_made_is_not_called_missing() -> None:
    broken = SourceFile(f"{FOLDER}/20991231000000_broken.exs", "defmodule Broken do\n")

    reply = author("add phone to userz", Change((*HISTORY, broken), ()), MOMENT)

    assert reply.problem.endswith("Not all that the migrations do could be read, so it may be there all the same.")


def test_what_is_not_understood_gets_a_sentence_that_is() -> None:
    reply = author("`shuffle` the users`", Change(HISTORY, ()), MOMENT)

    assert reply.problem.startswith("I do not understand ")
    assert reply.problem.count("`") % 2 == 0
    assert author(reply.instead[0], Change(HISTORY, ()), MOMENT).problem.find("I do not understand") < 0


def test_what_cannot_be_done_is_refused_with_the_reason() -> None:
    reply = author("Drop the teams table", Change(HISTORY, ()), MOMENT)

    assert (reply.restated, reply.problem) == (
        "Drop table `teams`.",
        "`users.team_id` refers to `teams`: remove that first.",
    )


def test_tenants_that_the_settings_name_lead() -> None:
    settings = Settings(tenant_column="team_id")

    reply = author("Make email unique on users", Change(HISTORY, ()), MOMENT, settings)

    assert "create unique_index(:users, [:team_id, :email], concurrently: true)" in reply.files[0].text
    assert reply.findings == ()
    assert "It is unique within each `team_id`, as others of this project are." in reply.notes


def test_another_database_is_left_to_others() -> None:
    repo = "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.SQLite3\nend\n"

    reply = author("Add phone to users", Change(HISTORY, (), (SourceFile("lib/shop/repo.ex", repo),)), MOMENT)

    assert reply.problem == "This repo runs on `Ecto.Adapters.SQLite3`, and I write for PostgreSQL alone."


def test_a_sentence_has_an_end() -> None:
    reply = author("add phone to users " * 1_000, Change(HISTORY, ()), MOMENT)

    assert reply.problem.startswith("A sentence has at most ")
    assert reply.instead == ()


def test_a_dump_is_to_be_written_afterwards() -> None:
    dump = (
        'CREATE TABLE public.users (id uuid NOT NULL);\nINSERT INTO public."schema_migrations" (version) VALUES ({});\n'
    )
    structure = SourceFile("priv/repo/structure.sql", dump.format(20240101000000))

    reply = author("Add phone to users", Change(HISTORY, (), (structure,)), MOMENT)

    assert reply.findings == ()
    assert any("`mix ecto.dump`" in note for note in reply.notes)


def test_an_ecto_that_knows_no_careful_way_is_not_asked_for_one() -> None:
    lock = SourceFile("mix.lock", '%{"ecto_sql": {:hex, :ecto_sql, "3.4.5", ""}}\n')

    column, check = (
        author(sentence, Change(HISTORY, (), (lock,)), MOMENT)
        for sentence in ("Add phone to users", "Make name required on users")
    )

    assert len(column.files) == 1
    assert check.problem.startswith("That takes `validate: false`, which ecto_sql has since 3.5: this project has 3.4.")


def test_a_table_of_another_repo_is_found_there() -> None:
    reply = author("add size to logs", Change((*HISTORY, ADMIN), ()), MOMENT)

    assert reply.files[0].path.startswith("priv/admin_repo/migrations/")

"""What becomes of a schema when a migration is rolled back, and the evidence for it."""

import pytest

from rules.finding import FileReport
from tests.rules.review import change, review

BASE = """
def change do
  create table(:authors) do
    add :name, :string, null: false
  end

  create table(:posts) do
    add :title, :string, size: 100, null: false, default: "t"
    add :body, :text
    add :views, :integer
    add :author_id, references(:authors, on_delete: :delete_all), null: false
  end

  create index(:posts, [:body])
  create unique_index(:posts, [:title, :views], where: "views > 0")
  create constraint(:posts, :views_positive, check: "views >= 0")
  execute "CREATE TYPE mood AS ENUM ('calm', 'merry')", "DROP TYPE mood"
end
"""


def judged(code: str, *history: str) -> FileReport:
    return review(change([BASE, *history], [code])).files[-1]


def change_of(body: str) -> str:
    return f"def change do\n  {body}\nend\n"


def both(up: str, down: str) -> str:
    return f"def up do\n  {up}\nend\n\ndef down do\n  {down}\nend\n"


def alter(part: str) -> str:
    return f"alter table(:posts) do\n    {part}\n  end"


REVERSIBLE = (
    change_of("create table(:tags)"),
    change_of("create_if_not_exists table(:tags)"),
    change_of(alter('add :slug, :string, default: ""')),
    change_of(alter("add :editor_id, references(:authors)")),
    change_of("rename table(:posts), :body, to: :text"),
    change_of("rename table(:posts), to: table(:articles)"),
    change_of("drop index(:posts, [:body])"),
    change_of('execute "CREATE VIEW calm AS SELECT 1", "DROP VIEW calm"'),
    change_of("execute ~s(ALTER TABLE posts RENAME body TO text), ~s(ALTER TABLE posts RENAME text TO body)"),
    both(
        "execute ~s(ALTER TABLE posts ENABLE ROW LEVEL SECURITY)",
        "execute ~s(ALTER TABLE posts DISABLE ROW LEVEL SECURITY)",
    ),
    change_of("execute ~s(ALTER TABLE posts DISABLE TRIGGER ALL), ~s(ALTER TABLE posts ENABLE TRIGGER ALL)"),
    both("execute ~s(ALTER TABLE posts DISABLE TRIGGER USER)", ":ok"),  # there are none
    both("create table(:tags)", "drop table(:tags)"),
    both("create_if_not_exists table(:tags)", "drop_if_exists table(:tags)"),
    change_of("execute ~s(GRANT SELECT ON posts TO reader), ~s(REVOKE SELECT ON posts FROM reader)"),
    change_of("execute ~s{ALTER TABLE posts SET (fillfactor = 80)}, ~s{ALTER TABLE posts RESET (fillfactor)}"),
    change_of("execute ~s(ALTER TABLE posts REPLICA IDENTITY FULL), ~s(ALTER TABLE posts REPLICA IDENTITY DEFAULT)"),
    change_of(
        "execute ~s(ALTER TABLE posts ALTER body SET STATISTICS 9), ~s(ALTER TABLE posts ALTER body SET STATISTICS -1)"
    ),
    change_of(
        "execute ~s(CREATE SCHEMA old), ~s(DROP SCHEMA old)\n"
        "  execute ~s(ALTER TABLE posts SET SCHEMA old), ~s(ALTER TABLE old.posts SET SCHEMA public)"
    ),
    change_of(
        "execute ~s(ALTER SEQUENCE posts_id_seq RENAME TO numbers), ~s(ALTER SEQUENCE numbers RENAME TO posts_id_seq)"
    ),
    change_of("execute ~s(ALTER INDEX posts_pkey RENAME TO key), ~s(ALTER INDEX key RENAME TO posts_pkey)"),
    change_of(
        'execute "DROP INDEX posts_body_index", "CREATE INDEX posts_body_index ON public.posts USING btree (body)"'
    ),
    change_of(alter('modify :body, :text, collation: "C", from: {:text, []}')),
    change_of(
        'execute "CREATE FUNCTION two(int) RETURNS int LANGUAGE sql AS $$SELECT 2$$", "DROP FUNCTION two"\n'
        '  execute "CREATE FUNCTION two(text) RETURNS int LANGUAGE sql AS $$SELECT 2$$", "DROP FUNCTION two(text)"'
    ),
    change_of(
        "execute ~s(CREATE DOMAIN share AS int), ~s(DROP DOMAIN share)\n"
        "  execute ~s{ALTER DOMAIN share ADD CONSTRAINT c CHECK (VALUE < 9)}, ~s(ALTER DOMAIN share DROP CONSTRAINT c)"
    ),
    change_of("create table(:a, primary_key: false)\n  alter table(:a) do\n    add :b, :text\n  end"),
)


@pytest.mark.parametrize("code", REVERSIBLE)
def test_what_comes_back_exactly_is_reversible(code: str) -> None:
    report = judged(code)

    assert (report.verdict.value, report.reason) == ("reversible", "A rollback restores the schema exactly.")


@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        (
            change_of(alter("modify :body, :text, null: false, from: :text")),
            "`posts.body`: nullable before, NOT NULL after the rollback",
        ),
        (
            change_of(alter('modify :title, :string, size: 100, default: "u", from: {:string, size: 100}')),
            "the default of",
        ),
        (
            change_of(alter("modify :title, :text, from: :string")),
            "the type of `posts.title`: `character varying(100)`",
        ),
        (change_of("drop index(:posts, [:title, :views])"), "index `posts_title_views_index` on `posts`"),
        (change_of(alter("remove :body, :text")), "index `posts_body_index` on `posts` is not restored"),
        (change_of("drop_if_exists index(:posts, [:views])"), "index `posts_views_index` on `posts` is left over"),
        (change_of("create_if_not_exists table(:posts)"), "table `posts` is not restored"),
        (change_of('execute "CREATE VIEW calm AS SELECT 1", ""'), "view `calm` is left over"),
        (change_of("execute ~s(ALTER TYPE mood ADD VALUE 'wild'), ~s(SELECT 1)"), "the values of type `mood`"),
        (change_of("execute ~s(COMMENT ON TABLE posts IS 'all'), ~s(SELECT 1)"), "the comment of `posts`"),
        (both("create table(:tags)", ":ok"), "table `tags` is left over"),
        (
            both(
                "drop constraint(:posts, :views_positive)",
                "create constraint(:posts, :views_positive, check: ~s{views IN ('a', 'b')})",
            ),
            "the expression of constraint `views_positive`",
        ),
        (
            both("drop constraint(:posts, :views_positive)", ":ok"),
            "constraint `views_positive` on `posts` is not restored",
        ),
        (both(alter("add :slug, :text"), ":ok"), "column `posts.slug` is left over"),
        (both("execute ~s(ALTER TABLE posts ENABLE ROW LEVEL SECURITY)", ":ok"), "the row security of `posts`"),
        (both("execute ~s(ALTER TABLE posts DISABLE TRIGGER ALL)", ":ok"), "the triggers of foreign keys of `posts`"),
        (
            change_of(
                "execute ~s(ALTER TABLE authors DISABLE TRIGGER ALL), ~s(ALTER TABLE authors ENABLE TRIGGER USER)"
            ),
            "the triggers of foreign keys of `authors`",
        ),
        (
            change_of(alter('modify :body, :text, collation: "C", from: :text')),
            "the collation of `posts.body`: none before",
        ),
        (both("execute ~s{ALTER TABLE posts SET (fillfactor = 80)}", ":ok"), "the fillfactor of `posts`"),
        (both("execute ~s(DROP VIEW of_old)", ":ok"), "view `of_old` is not restored"),
        (both("execute ~s(SELECT 1)", "execute ~s(DROP INDEX of_old)"), "index `of_old` is not restored"),
        (
            both("execute ~s(ALTER TABLE posts ALTER id DROP DEFAULT)", ":ok"),
            "the default of `posts.id`: `nextval('posts_id_seq'::regclass)` before",
        ),
        (
            change_of(
                'execute "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$SELECT 1$$", "SELECT 1"\n'
                '  execute "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS $$SELECT 2$$", "SELECT 1"'
            ),
            "function `one()` is left over",
        ),
    ],
)
def test_what_differs_afterwards_is_not_restored(code: str, evidence: str) -> None:
    report = judged(code)

    assert report.verdict.value == "not-restored", report.reason
    assert evidence in report.reason


@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        (change_of(alter("modify :views, :text, from: :integer")), "cannot be cast from text to integer without USING"),
        (both(alter("add :slug, :text"), alter("remove :slugs")), "`posts` has no column `slugs`"),
        (
            both("create index(:posts, [:views])", "drop index(:posts, [:view])"),
            "`posts` has no index `posts_view_index`",
        ),
        (
            change_of("rename table(:posts), :body, to: :text\n  drop index(:posts, [:body])"),
            "`posts` has no column `body`",
        ),
        (both("execute ~s(SELECT 1)", "execute ~s(DROP TYPE mood)"), "is dropped while `moods.mood` is of this type"),
        (both("execute ~s(SELECT 1)", "drop table(:authors)"), "`posts_author_id_fkey` refers to it"),
        (both("execute ~s(SELECT 1)", "execute ~s(UPDATE posts SET nothing = 1)"), "`posts` has no column `nothing`"),
        (change_of('drop constraint(:posts, "views_positive")'), "cannot reverse migration command"),
        (change_of('execute "SELECT 1", "SELECT 1; SELECT 2"'), "one statement at a time"),
        (change_of('execute "SELECT 1", "DROP TABEL posts"'), 'syntax error at or near "TABEL"'),
        (both("execute ~s(SELECT 1)", "drop index(:posts, [:body], concurrently: true)"), "inside a transaction"),
        (change_of(alter("modify :views, :decimal, precision: 8, scale: 2, from: :integer")), "syntax error"),
        (
            change_of(
                'execute "CREATE VIEW v AS SELECT id FROM posts", "DROP VIEW v"\n'
                '  execute "CREATE OR REPLACE VIEW v AS SELECT id, body FROM posts", '
                '"CREATE OR REPLACE VIEW v AS SELECT id FROM posts"'
            ),
            "cannot lose or rename columns",
        ),
        (
            change_of(
                'execute "CREATE FUNCTION two(int) RETURNS int LANGUAGE sql AS $$SELECT 2$$", "SELECT 1"\n'
                '  execute "CREATE FUNCTION two(text) RETURNS int LANGUAGE sql AS $$SELECT 2$$", "DROP FUNCTION two"'
            ),
            "several functions `two`",
        ),
        (
            both('execute "CREATE VIEW v AS SELECT body FROM posts"', alter("remove :body")),
            "`posts.body` is dropped while the view `v` uses it",
        ),
        (both("execute ~s(SELECT 1)", "create table(:posts)"), "`posts` is created, but it is already there"),
    ],
)
def test_a_rollback_that_raises_is_irreversible(code: str, evidence: str) -> None:
    report = judged(code, change_of("create table(:moods) do\n    add :mood, :mood\n  end"))

    assert report.verdict.value == "irreversible", report.reason
    assert evidence in report.reason


@pytest.mark.parametrize(
    ("code", "evidence"),
    [
        (both("execute ~s(DO $$ BEGIN END $$)", ":ok"), "DO"),
        (both("Shop.Release.prepare()", ":ok"), "`Shop.Release.prepare/0` may do anything"),
        (change_of(alter("modify :name, :text, from: :string")).replace(":posts", ":strangers"), "`strangers.name`"),
        (change_of("create table(:posts)"), "`posts` is created, but it is already there"),
        ("def other, do: :ok", "does not implement"),
    ],
)
def test_what_cannot_be_told_is_unknown(code: str, evidence: str) -> None:
    report = judged(code)

    assert report.verdict.value == "unknown", report.reason
    assert evidence in report.reason


def test_data_that_is_dropped_is_named() -> None:
    report = judged(change_of(alter("remove :extra, :integer")), change_of(alter("add :extra, :integer")))

    assert report.verdict.value == "loses-data"
    assert report.reason == "The schema comes back, the values of `posts.extra` do not."


def test_rows_that_are_changed_are_named() -> None:
    report = judged(both('execute "UPDATE posts SET views = 0"', ":ok"))

    assert report.verdict.value == "loses-data"
    assert report.reason == "The schema comes back, the old rows of `posts` do not."


def test_filling_a_new_column_loses_nothing() -> None:
    new, fill = alter("add :slug, :text"), 'execute "UPDATE posts SET slug = title"'
    more = 'execute "UPDATE posts SET slug = lower(slug), views = 0"'

    once, twice = (
        judged(both("\n  ".join(steps), alter("remove :slug"))) for steps in ((new, fill), (new, fill, more))
    )

    assert (once.verdict.value, twice.verdict.value) == ("reversible", "loses-data")


def test_filling_a_renamed_column_loses_what_was_in_it() -> None:
    up = 'rename table(:posts), :body, to: :text\n  execute "UPDATE posts SET text = title"'

    report = judged(both(up, "rename table(:posts), :text, to: :body"))

    assert report.reason == "The schema comes back, the old rows of `posts` do not."


def test_a_table_that_nobody_knew_may_have_had_whatever_it_is_made_with() -> None:
    code = both("drop table(:strangers)", "create table(:strangers) do\n    add :name, :text\n  end")

    assert judged(code).verdict.value == "unknown"


def test_what_a_rollback_leaves_in_a_table_that_nobody_knew_is_left_over() -> None:
    code = both("alter table(:strangers) do\n    add :name, :text\n  end", ":ok")

    assert judged(code).verdict.value == "not-restored"


def test_what_ran_with_an_older_ecto_is_not_known() -> None:
    history = "def change do\n  alter table(:posts) do\n    add :read_at, :datetime\n  end\nend\n"

    report = review(change([BASE, history], [change_of(alter("remove :read_at"))])).files[-1]

    assert {finding.rule for finding in report.findings} == {"column-removed-without-type"}


def test_a_table_that_is_made_out_of_a_query_may_have_any_column() -> None:
    up = "rename table(:posts), to: table(:old)\n  execute ~s(CREATE TABLE posts AS SELECT * FROM old)"

    report = judged(both(up, "drop table(:old)"))

    assert report.verdict.value == "unknown"


def test_a_rollback_that_names_a_stranger_says_so() -> None:
    up = 'drop constraint(:posts, "posts_author_id_fkey")\n  ' + alter("modify :author_id, references(:authors)")
    down = 'drop constraint(:post, "posts_author_id_fkey")\n  ' + alter("modify :author_id, references(:authors)")

    report = judged(both(up, down))

    assert report.reason == (
        "Rolling back raises: no migration has made `post`, and "
        "`posts` already has a constraint `posts_author_id_fkey`."
    )


def test_rows_that_both_ways_change_are_taken_as_restored() -> None:
    report = judged(both('execute "UPDATE posts SET views = 1"', 'execute "UPDATE posts SET views = 0"'))

    assert report.verdict.value == "reversible"


def test_a_way_back_that_is_closed_on_purpose_is_one_way() -> None:
    report = judged(both("execute ~s(SELECT 1)", 'raise Ecto.MigrationError, "no way back"'))

    assert (report.verdict.value, "no way back" in report.reason) == ("one-way", True)


def test_the_first_differences_stand_for_the_rest() -> None:
    parts = "\n    ".join(f"add :c{number}, :text" for number in range(5))

    report = judged(both(alter(parts), ":ok"))

    assert report.reason.endswith("column `posts.c2` is left over, and 2 more.")


@pytest.mark.parametrize(
    ("code", "loses"),
    [
        (change_of("create table(:tags)"), ("the rows of `tags`",)),
        (change_of(alter("add :slug, :text")), ("the values of `posts.slug`",)),
        (change_of(alter('modify :title, :string, size: 100, null: false, default: "u", from: :string')), ()),
        (change_of(alter("remove :body, :text")), ()),
        (change_of("drop table(:posts)"), ()),  # does not go back at all
        (both("create table(:tags)", 'raise "no"'), ()),
    ],
)
def test_what_a_rollback_takes_along_is_named(code: str, loses: tuple[str, ...]) -> None:
    assert judged(code).loses == loses


def test_differences_are_told_apart_by_attribute() -> None:
    report = judged(change_of(alter('modify :body, :string, null: false, default: "", from: :text')))

    assert [(one.attribute, one.before, one.after) for one in report.differences] == [
        ("`posts.body`", "nullable", "NOT NULL"),
        ("the default of `posts.body`", "none", "`''`"),
    ]


@pytest.mark.parametrize(
    ("statement", "severity"),
    [("CREATE EXTENSION IF NOT EXISTS citext", "advice"), ("CREATE EXTENSION citext", "risk")],
)
def test_an_extension_that_is_left_for_others_is_advice(statement: str, severity: str) -> None:
    by_change = judged(change_of(f'execute "{statement}", ""'))
    by_down = judged(both(f'execute "{statement}"', ":ok"))

    assert [one.severity.value for file in (by_change, by_down) for one in file.findings] == [severity, severity]

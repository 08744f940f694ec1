"""What comments allow, how far they reach, and what is said of those that allow nothing."""

import re
from collections.abc import Iterable

import pytest

from rules.catalog import names, rules
from rules.ecto.values import Atom, Value
from rules.finding import Finding, Severity
from rules.source import SourceFile, Span
from rules.suppression import Directives, credo, directives, excellent_migrations, sort_out
from rules.suppression.allowance import Allowance
from tests.rules.review import change, review

RULES = frozenset({"index-without-concurrently", "one-way-execute", "down-missing"})


def read(text: str, calls: tuple[Span, ...] = ()) -> Directives:
    source = SourceFile("priv/repo/migrations/1_a.exs", text)
    comments = [Span(*match.span()) for match in re.finditer(r"#.*", text)]
    return directives(source, comments, RULES, calls)


def finding(text: str, words: str, rule: str = "one-way-execute") -> Finding:
    start = text.index(words)
    return Finding(rule, Severity.RISK, "1_a.exs", Span(start, start + len(words)), "It is so.")


@pytest.mark.parametrize(
    "text",
    [
        "# ecto-fix: allow one-way-execute — a reason\nexecute 1\nexecute 2\n",
        "# ecto-fix: allow one-way-execute -- a reason\nexecute 1\nexecute 2\n",
        "# ecto-fix: allow one-way-execute - a reason\n\n# and another comment\nexecute 1\nexecute 2\n",
        "execute 1 # ecto-fix: allow one-way-execute — a reason\nexecute 2\n",
        "# ecto-fix: allow down-missing, one-way-execute — a reason\nexecute 1\nexecute 2\n",
        "#ecto-fix:allow down-missing one-way-execute — a reason\nexecute 1\nexecute 2\n",
    ],
)
def test_an_allowance_reaches_its_own_line_or_the_next_that_is_code(text: str) -> None:
    said = read(text)

    standing, allowed = sort_out([finding(text, "execute 1"), finding(text, "execute 2")], said, ())

    assert [one.finding for one in allowed] == [finding(text, "execute 1")]
    assert [one.reason for one in allowed] == ["a reason"]
    assert standing == (finding(text, "execute 2"),)


def test_an_allowance_is_for_the_rules_that_it_names() -> None:
    text = "# ecto-fix: allow down-missing — a reason\nexecute 1\n"

    standing, allowed = sort_out([finding(text, "execute 1")], read(text), ())

    assert standing
    assert not allowed


def test_a_block_is_allowed_to_its_end() -> None:
    text = "# ecto-fix: allow-block one-way-execute — a reason\nalter do\n  execute 1\nend\nexecute 2\n"
    block = Span(text.index("alter"), text.index("end") + 3)

    standing, allowed = sort_out([finding(text, "execute 1"), finding(text, "execute 2")], read(text, (block,)), ())

    assert [one.finding for one in allowed] == [finding(text, "execute 1")]
    assert standing == (finding(text, "execute 2"),)


def test_a_file_is_allowed_from_anywhere_in_it() -> None:
    text = "execute 1\nexecute 2\n# ecto-fix: allow-file one-way-execute — a reason\n"

    standing, _ = sort_out([finding(text, "execute 1"), finding(text, "execute 2")], read(text), ())

    assert not standing


@pytest.mark.parametrize("dash", ["—", "-", "--", "\N{EN DASH}"])
def test_any_dash_stands_before_a_reason(dash: str) -> None:
    assert read(f"# ecto-fix: one-way {dash} the old rows are gone\n").one_way == "the old rows are gone"
    assert read(f"# ecto-fix: allow down-missing {dash} it is gone\n").allowances[0].reason == "it is gone"


@pytest.mark.parametrize("text", ["one-way", "one-way —", "one-way - ", "one-way the old rows are gone"])
def test_without_a_reason_nothing_is_declared(text: str) -> None:
    said = read(f"# ecto-fix: {text}\nexecute 1\n")

    assert said.one_way is None
    assert [mistake.message for mistake in said.mistakes] == ["a reason is missing: write it behind a dash"]


def test_a_migration_declared_one_way_has_heard_the_rules_about_its_rollback() -> None:
    text = "# ecto-fix: one-way — the old rows are gone\nexecute 1\n"
    lock = finding(text, "execute 1", "index-without-concurrently")

    standing, allowed = sort_out([finding(text, "execute 1"), lock], read(text), {"one-way-execute"})

    assert standing == (lock,)
    assert [one.reason for one in allowed] == ["the old rows are gone"]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("# ecto-fix: allow one-way-execute", "a reason is missing: write it behind a dash"),
        ("# ecto-fix: allow one-way-execute — ", "a reason is missing: write it behind a dash"),
        ("# ecto-fix: one-way", "a reason is missing: write it behind a dash"),
        ("# ecto-fix: allow — it is fine", "an allowance names the rule that it allows"),
        ("# ecto-fix: allow one-way-exec — fine", "there is no rule `one-way-exec`; `one-way-execute` is near"),
        ("# ecto-fix: allow everything — fine", "there is no rule `everything`"),
        (
            "# ecto-fix: ignore one-way-execute — fine",
            "`ignore` is no directive; there are allow, allow-block, allow-file and one-way",
        ),
    ],
)
def test_a_comment_that_says_too_little_allows_nothing(comment: str, message: str) -> None:
    said = read(f"{comment}\nexecute 1\n")

    assert [mistake.message for mistake in said.mistakes] == [message]
    assert not said.allowances
    assert said.one_way is None


def test_other_comments_are_not_ours() -> None:
    assert read("# allow one-way-execute — says somebody\nexecute 1\n") == Directives()


# --- what was said to other tools ------------------------------------------------------------------------------------


def allowed_lines(text: str, allowances: Iterable[Allowance], rule: str = "index-without-concurrently") -> list[int]:
    """Return the lines on which *rule* is allowed."""
    source, said = SourceFile("1_a.exs", text), list(allowances)
    places = [(line, Span(source.line_start(line), source.line_start(line) + 1)) for line in range(1, source.lines + 1)]
    found = [(line, Finding(rule, Severity.RISK, "1_a.exs", span, "It is so.")) for line, span in places]
    return [line for line, finding in found if any(one.allows(finding) for one in said)]


def comments_of(text: str) -> list[Span]:
    return [Span(*match.span()) for match in re.finditer(r"#.*", text)]


EM = "# excellent_migrations:safety-assured-for-next-line"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"{EM} index_not_concurrently\none\ntwo\n", [2]),
        (f"{EM} raw_sql_executed index_not_concurrently\none\ntwo\n", [2]),
        (f"{EM} raw_sql_executed, index_not_concurrently\none\ntwo\n", [2]),
        (f"{EM} index-not-concurrently\none\ntwo\n", [2]),
        (f"{EM} raw_sql_executed\n{EM} index_not_concurrently\n{EM} not_null_added\none\ntwo\n", [4]),
        (f"{EM} index_not_concurrently\n\none\n", [2]),
        ("#excellent_migrations : safety-assured-for-this-file index_not_concurrently\none\n", [1, 2]),
        (f"{EM} raw_sql_executed\none\n", []),
        (f"{EM} all\none\n", []),
        (f"{EM}\none\n", []),
        (f"{EM} nonsense\none\n", []),
        (f"one {EM} index_not_concurrently\ntwo\n", [2]),
    ],
)
def test_excellent_migrations_comments_count_where_it_counts_them(text: str, lines: list[int]) -> None:
    said = excellent_migrations.in_comments(SourceFile("1_a.exs", text), comments_of(text))

    assert allowed_lines(text, said) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# credo:disable-for-next-line\none\ntwo\n", [2]),
        ("# credo:disable-for-next-line ExcellentMigrations.CredoCheck.MigrationsSafety\none\ntwo\n", [2]),
        ("# credo:disable-for-next-line Credo.Check.Readability.ModuleDoc\none\ntwo\n", []),
        ("# credo:disable-for-next-line /MigrationsSafety/\none\ntwo\n", [2]),
        ("# credo:disable-for-next-line /(a+)+$/\none\ntwo\n", []),
        ("one\n# credo:disable-for-previous-line\ntwo\n", [1]),
        ("# credo:disable-for-lines:2\none\ntwo\nthree\n", [1, 2, 3]),
        ("one\ntwo\n# credo:disable-for-lines:-1\nthree\n", [2, 3]),
        ("one\n# credo:disable-for-this-file\ntwo\n", [1, 2, 3]),
    ],
)
def test_credo_comments_count_where_credo_counts_them(text: str, lines: list[int]) -> None:
    assert allowed_lines(text, credo.in_comments(SourceFile("1_a.exs", text), comments_of(text))) == lines


@pytest.mark.parametrize(
    ("value", "lines"),
    [(Atom("all"), [1]), ((Atom("index_not_concurrently"),), [1]), ((Atom("not_null_added"),), []), (None, [])],
)
def test_the_old_attribute_counts_too(value: Value, lines: list[int]) -> None:
    assert allowed_lines("one\n", excellent_migrations.in_attribute(SourceFile("1_a.exs", "one\n"), value)) == lines


@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        ("skip_checks", (Atom("index_not_concurrently"),), [1]),
        ("skip_checks", (Atom("not_null_added"),), []),
        ("start_after", "20240101000000", [1]),
        ("start_after", "20230101000000", []),
        ("start_after", 20240101000000, []),
    ],
)
def test_its_configuration_counts_where_it_is_literal(key: str, value: Value, lines: list[int]) -> None:
    source = SourceFile("priv/repo/migrations/20240101000000_a.exs", "one\n")
    said = excellent_migrations.in_configuration(source, {("excellent_migrations", key): value})

    assert allowed_lines(source.text, said) == lines


def test_nobody_assures_another_tool_that_a_migration_can_be_rolled_back() -> None:
    grave = {rule.name for rule in rules() if rule.about_rollback}

    assert not grave & set(excellent_migrations.ALL)
    assert set(excellent_migrations.ALL) <= names()


USERS = """
defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :email, :string
    end
  end
end
"""
INDEX = """
defmodule Shop.Repo.Migrations.IndexEmails do
  use Ecto.Migration

  def change do
    # excellent_migrations:safety-assured-for-next-line index_not_concurrently
    create index(:users, [:email])
  end
end
"""


def test_what_another_tool_was_assured_of_is_allowed_here_and_shown() -> None:
    (report,) = review(change([USERS], [INDEX])).files

    assert report.findings == ()
    assert [one.reason for one in report.allowed] == ["safety assured, for excellent_migrations"]


def test_the_configuration_of_another_tool_counts() -> None:
    config = SourceFile("config/config.exs", 'import Config\nconfig :excellent_migrations, start_after: "20991231"\n')
    plain = INDEX.replace("    # excellent_migrations:safety-assured-for-next-line index_not_concurrently\n", "")

    (report,) = review(change([USERS], [plain], [config])).files

    assert [one.finding.rule for one in report.allowed] == ["index-without-concurrently"]

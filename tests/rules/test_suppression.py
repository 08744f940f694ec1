"""What comments allow, how far they reach, and what is said of those that allow nothing."""

import re

import pytest

from rules.finding import Finding, Severity
from rules.source import SourceFile, Span
from rules.suppression import Directives, directives, sort_out

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

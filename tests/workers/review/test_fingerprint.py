"""A finding stays the same finding when its file grows around it."""

from dataclasses import replace

from rules.source import SourceFile, Span
from tests.workers.review.samples import PATH, SOURCE, TEXT, finding
from workers.review.fingerprint import fingerprints, mark, marked, review_name


def test_a_finding_keeps_its_name_when_lines_move_and_spaces_change() -> None:
    text = "# a comment\n" + TEXT.replace("create index(:users, [:email])", "create  index(:users,\n      [:email])")
    moved = SourceFile(PATH, text)
    start = text.index("create  index")
    there = replace(finding(), span=Span(start, text.index("[:email])") + len("[:email])")))

    before = fingerprints([finding()], {PATH: SOURCE})
    after = fingerprints([there], {PATH: moved})

    assert before.keys() == after.keys()


def test_wording_and_severity_do_not_name_a_finding() -> None:
    reworded = finding(message="Something else is said.")

    assert fingerprints([finding()], {PATH: SOURCE}).keys() == fingerprints([reworded], {PATH: SOURCE}).keys()


def test_rule_code_and_path_name_a_finding() -> None:
    other_path = SourceFile(PATH.replace("email", "mail"), TEXT)
    different = [
        fingerprints([finding()], {PATH: SOURCE}),
        fingerprints([finding("create index(:users, [:name])")], {PATH: SOURCE}),
        fingerprints([replace(finding(), rule="one-way-execute")], {PATH: SOURCE}),
        fingerprints([finding(source=other_path)], {other_path.path: other_path}),
    ]

    assert len({name for names in different for name in names}) == 4


def test_the_same_code_twice_is_two_findings() -> None:
    twice = SourceFile(PATH, "drop table(:a)\ndrop table(:a)\n")
    first = replace(finding(), span=Span(0, 14))
    second = replace(finding(), span=Span(15, 29))

    assert list(fingerprints([first, second], {PATH: twice}).values()) == [first, second]


def test_a_mark_is_read_back() -> None:
    assert marked("finding", "words" + mark("finding", "0a1b")) == "0a1b"


def test_a_mark_of_another_kind_is_none() -> None:
    assert marked("answer", "words" + mark("finding", "0a1b")) is None


def test_a_mark_within_quoted_code_does_not_count() -> None:
    quoted = "```suggestion\n" + mark("finding", "0a1b") + "\n```\nwords"

    assert marked("finding", quoted) is None


def test_a_review_is_named_by_its_head_and_findings_in_any_order() -> None:
    assert review_name("abc", ["1", "2"]) == review_name("abc", ["2", "1"])
    assert review_name("abc", ["1", "2"]) != review_name("abd", ["1", "2"])
    assert review_name("abc", ["1"]) != review_name("abc", ["1", "2"])

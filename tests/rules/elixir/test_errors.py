"""What is refused, in Elixir's words, and what is read around it."""

import json

import pytest

from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_ERRORS, MAX_INTERPOLATIONS, MAX_NESTING, MAX_TOKENS
from rules.elixir.parser import Parsed, parse, read
from rules.elixir.syntax import Call, Error, Syntax, walk
from rules.source import SourceFile
from tests.rules.elixir.golden.sources import expected

SAME_WORDS = 0.85  # of the refused sources; Elixir prints strings and sigils as Erlang terms, which nobody wants


def read_text(text: str) -> Parsed:
    return read(SourceFile("migration.exs", text))


def broken_parts(text: str) -> list[str]:
    return [text[node.start : node.end] for node in walk(read_text(text).tree) if isinstance(node, Error)]


def calls(tree: Syntax) -> list[str]:
    return [node.form for node in walk(tree) if isinstance(node, Call) and isinstance(node.form, str)]


def test_errors_are_told_in_the_words_of_elixir() -> None:
    told = [(json.loads(line)["source"], json.loads(line)["error"]["message"]) for line in expected("errors")]

    same = 0
    for source, message in told:
        with pytest.raises(ElixirSyntaxError) as refused:
            parse(SourceFile("a.exs", source))
        same += refused.value.message == message

    assert same >= SAME_WORDS * len(told)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("a\n1 2\nb", ["1 2"]),
        ("def change do\n  add :x, :string null: false\n  add :y, :text\nend", ["add :x, :string null: false"]),
        ("def change do\n  f(1, 2 3)\nelse\n  g()\nend", ["f(1, 2 3)"]),
        ("case a do\n  b -> 1 2\n  c -> 3\nend", ["1 2"]),
        ('x = "open\nf(1)', ['x = "open']),
        ("x $ y\nf(1)", ["x $ y"]),
        ('f("#{1 2}")\ng', ['f("#{1 2}")']),
        ("fn 1 end\nf", ["fn 1 end"]),
        ("else\nf", ["else\nf"]),
        ("f(1, [2\ng", ["f(1, [2\ng"]),
    ],
)
def test_one_broken_statement_leaves_the_rest_readable(text: str, broken: list[str]) -> None:
    parsed = read_text(text)

    assert parsed.errors
    assert broken_parts(text) == broken


@pytest.mark.parametrize("text", ["foo)\nbar", "if a do\n  b\n", "f(1, [2)", "f(fn -> 1)\ng"])
def test_what_closes_too_little_or_too_much_is_told_and_read(text: str) -> None:
    assert read_text(text).errors
    assert broken_parts(text) == []


def test_what_stands_around_a_broken_statement_is_read() -> None:
    text = "def change do\n  create table(:a) do\n    add :x :string\n    add :y, :text\n  end\n  drop table(:b)\nend"

    parsed = read_text(text)

    assert [error.line for error in parsed.errors] == [3]
    assert {"create", "table", "add", "drop"} <= set(calls(parsed.tree))


def test_the_first_error_read_is_the_one_that_parsing_raises() -> None:
    for line in expected("errors"):
        source = SourceFile("a.exs", json.loads(line)["source"])
        with pytest.raises(ElixirSyntaxError) as refused:
            parse(source)

        first = read(source).errors[0]

        assert (first.message, first.offset) == (refused.value.message, refused.value.offset)


def test_what_is_whole_has_no_errors_and_keeps_its_comments() -> None:
    parsed = read_text('# one\na. # two\nb\n"# none" # three\r\n')

    assert parsed.errors == ()
    assert [comment.text for comment in parsed.comments] == ["# one", "# two", "# three"]


@pytest.mark.parametrize(
    "text",
    [
        "a" * (MAX_CHARACTERS + 1),
        "1," * (MAX_TOKENS // 2 + 1),
        "(" * (MAX_NESTING + 1),
        "a do " * (MAX_NESTING + 1),
        "!" * (MAX_DEPTH + 1) + "a",
        "a" + ".b" * MAX_DEPTH,
        "a" + "[b]" * MAX_DEPTH,
        "a" + " + a" * MAX_DEPTH,
        "A" + ".A" * MAX_DEPTH,
        "a " * (MAX_DEPTH + 1),
        '"#{' * (MAX_INTERPOLATIONS + 1) + "a" + '}"' * (MAX_INTERPOLATIONS + 1),
        "%{" + "a | " * MAX_DEPTH + "b: 1}",
        "1" * 5000,
    ],
)
def test_what_is_too_large_or_too_deep_is_refused_with_an_error(text: str) -> None:
    source = SourceFile("a.exs", text)

    parsed = read(source)

    assert len(parsed.errors) == 1
    with pytest.raises(ElixirSyntaxError):
        parse(source)


@pytest.mark.parametrize("text", ["'\\xFF'", ':"\\xFF"', '["\\xFF": 1]'])
def test_what_cannot_be_text_is_refused(text: str) -> None:
    """Elixir raises something else here, without a line."""
    assert read_text(text).errors[0].message.startswith("invalid encoding")


@pytest.mark.parametrize("broken", ["1 2\n", ")", "$"])
def test_a_source_with_too_many_errors_is_one_error(broken: str) -> None:
    parsed = read_text(broken * (MAX_ERRORS + 2))

    assert isinstance(parsed.tree, Error)
    assert "more than" in parsed.errors[-1].message


@pytest.mark.parametrize(
    "text", ["\x00", "\ufeffa", "a\ud800b", "\r", "\\", "?", "~", "~s", ":", '"', "'''", "%", "&", "@"]
)
def test_no_text_crashes_the_reader(text: str) -> None:
    assert read_text(text).errors

"""Nodes know their places, and those of the words and brackets in them."""

import pytest

from rules.elixir.parser import parse, read
from rules.elixir.quoted import encode
from rules.elixir.syntax import Atom, Call, Keyword, List, Pair, String, Syntax, Variable, same, walk
from rules.source import SourceFile, Span


def parsed(text: str) -> Syntax:
    return parse(SourceFile("a.exs", text))


def call(text: str) -> Call:
    tree = parsed(text)
    assert isinstance(tree, Call)
    return tree


def cut(text: str, span: Span | None) -> str | None:
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "name", "opening", "closing", "do", "end"),
    [
        ("create table(:a)", "create", None, None, None, None),
        ("create(table(:a))", "create", "(", ")", None, None),
        ("create table(:a) do\n  b\nend", "create", None, None, "do", "end"),
        ("f(a) do\n  b\nend", "f", "(", ")", "do", "end"),
        ("A.b(c)", "b", "(", ")", None, None),
        ("a + b", "+", None, None, None, None),
        ("f = a not in b", "=", None, None, None, None),
        ("%{a: 1}", "{", "{", "}", None, None),
        ("{a, b, c}", "{", "{", "}", None, None),
        ("a[b]", "[", "[", "]", None, None),
        ("fn -> a end", "fn", None, "end", None, None),
        ("a\nb", None, None, None, None, None),
    ],
)
def test_a_call_knows_its_name_its_brackets_and_its_block(  # a column for each place
    text: str, name: str | None, opening: str | None, closing: str | None, do: str | None, end: str | None
) -> None:
    made = call(text)

    places = (made.name, made.opening, made.closing, made.do, made.end_)

    assert tuple(cut(text, place) for place in places) == (name, opening, closing, do, end)


def test_keys_values_and_arguments_have_their_places() -> None:
    text = 'add :name, (:string), null: false, default: "x"'

    name, kind, options = call(text).args

    assert cut(text, name.span) == ":name"
    assert cut(text, kind.span) == "(:string)"
    assert isinstance(options, List)
    assert not options.brackets
    pairs = [pair for pair in options.items if isinstance(pair, Pair)]
    assert [cut(text, pair.span) for pair in pairs] == ["null: false", 'default: "x"']
    assert [(cut(text, pair.left.span), cut(text, pair.right.span)) for pair in pairs] == [
        ("null:", "false"),
        ("default:", '"x"'),
    ]


def test_keywords_are_atoms_that_say_so() -> None:
    keys = [node.keyword for node in walk(parsed("f :a, b: c")) if isinstance(node, Atom)]

    assert keys == [False, True]
    assert issubclass(Keyword, Atom)


def test_nodes_are_the_same_when_they_say_the_same_wherever_they_stand() -> None:
    assert same(parsed("f(a, b: 1)"), parsed("f a,\n  b: 1"))
    assert not same(parsed("f(1)"), parsed("f(1.0)"))
    assert not same(parsed("f(a)"), parsed("f(a, a)"))
    assert not same(parsed(":a"), parsed('"a"'))


def test_comments_have_their_places() -> None:
    text = "a # why\n"

    (comment,) = read(SourceFile("a.exs", text)).comments

    assert cut(text, comment.span) == "# why"


def test_tokens_of_a_call_have_their_places() -> None:
    token = call("f(1)").name_token

    assert token is not None
    assert token.span == Span(0, 1)


def test_values_have_their_escapes_resolved() -> None:
    tree = parsed('"a\\tb\\u00e9"')

    assert isinstance(tree, String)
    assert tree.value == "a\tbé"


def test_a_name_alone_is_a_variable() -> None:
    assert isinstance(parsed("a"), Variable)


def test_a_tree_with_errors_has_no_ast() -> None:
    source = SourceFile("a.exs", "1 2")

    with pytest.raises(TypeError):
        encode(read(source).tree, source, full=False)


def test_an_error_says_where_it_is() -> None:
    (error,) = read(SourceFile("a.exs", "a\n1 2")).errors

    assert str(error) == '2:3: syntax error before: "2"'

"""The grammar, its tables, and what is newer than the Elixir that is the judge."""

from importlib.resources import files

import pytest

from rules.elixir.compilation import NoLexer, compile_grammar, conflicts
from rules.elixir.parser import parse
from rules.elixir.quoted import encode
from rules.source import SourceFile

GRAMMAR = files("rules.elixir").joinpath("grammar.lark").read_text("utf-8")
CALLS_WITHOUT_PARENTHESES = (
    "call : IDENTIFIER arguments",
    "call : OP_IDENTIFIER arguments",
    "call : subject DOT IDENTIFIER arguments",
    "call : subject DOT OP_IDENTIFIER arguments",
    "attribute_call : AT IDENTIFIER arguments",
    "attribute_call : AT OP_IDENTIFIER arguments",
)
KEYWORDS_AFTER_WHEN = (
    "argument : argument_operand WHEN keywords",
    "argument : argument_row WHEN keywords",
    "expression : operand WHEN keywords",
    "expression : row WHEN keywords",
)


def plain(text: str) -> str:
    source = SourceFile("a.exs", text)
    return encode(parse(source), source, full=False)


def test_the_tables_are_those_of_the_grammar() -> None:
    tables = files("rules.elixir").joinpath("grammar.json").read_text("utf-8")

    assert tables == compile_grammar(GRAMMAR), "python -m deploy.grammar writes them anew"


def test_nothing_is_parsed_with_lark() -> None:
    lexer = NoLexer(None)

    with pytest.raises(NotImplementedError):
        lexer.lex(None, None)  # type: ignore[arg-type]  # it looks at neither


def test_where_both_are_possible_shifting_is_meant() -> None:
    """A call without parentheses takes all commas, keywords after `when` too, and an argument all operators."""
    operators = {
        (terminal, f"argument : argument_{kind}")
        for terminal in ("BINARY", "WHEN", "PIPE")
        for kind in ("operand", "row")
    }
    commas = {("COMMA", rule) for rule in CALLS_WITHOUT_PARENTHESES + KEYWORDS_AFTER_WHEN}

    assert conflicts(GRAMMAR) == operators | commas


@pytest.mark.parametrize(
    ("text", "ast"),
    [
        ('~SQL"SELECT 1"', '{"n":[{"a":"sigil_SQL"},[1,1],[{"n":[{"a":"<<>>"},[1,1],["SELECT 1"]]},[]]]}'),
        ("~HTML[a]x", '{"n":[{"a":"sigil_HTML"},[1,1],[{"n":[{"a":"<<>>"},[1,1],["a"]]},[120]]]}'),
        ("~I18N/a/", '{"n":[{"a":"sigil_I18N"},[1,1],[{"n":[{"a":"<<>>"},[1,1],["a"]]},[]]]}'),
        ("http_сервер", '{"n":[{"a":"http_сервер"},[1,1],{"a":"nil"}]}'),
    ],
)
def test_newer_elixir_is_read_as_newer_elixir_reads_it(text: str, ast: str) -> None:
    assert plain(text) == ast

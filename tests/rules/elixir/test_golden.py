"""What Elixir printed for our sources is what we print, to the byte."""

import json
import shutil

import pytest

from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.parser import parse
from rules.elixir.quoted import encode
from rules.source import SourceFile
from tests.rules.elixir.golden.regenerate import ask
from tests.rules.elixir.golden.sources import constructs, expected, read_line, sources

AT_LEAST = 300


@pytest.mark.parametrize("construct", constructs())
def test_what_elixir_reads_we_read_alike(construct: str) -> None:
    for line in expected(construct):
        golden = json.loads(line)
        if "error" in golden:
            continue
        source = SourceFile("golden.exs", golden["source"])

        tree = parse(source)

        assert read_line(source.text, encode(tree, source, full=False), encode(tree, source, full=True)) == line


@pytest.mark.parametrize("construct", constructs())
def test_what_elixir_refuses_we_refuse_on_the_same_line(construct: str) -> None:
    for line in expected(construct):
        golden = json.loads(line)
        if "error" not in golden:
            continue

        with pytest.raises(ElixirSyntaxError) as refused:
            parse(SourceFile("golden.exs", golden["source"]))

        assert (golden["source"], refused.value.line) == (golden["source"], golden["error"]["line"])


@pytest.mark.parametrize("construct", constructs())
def test_every_source_has_what_elixir_made_of_it(construct: str) -> None:
    assert tuple(json.loads(line)["source"] for line in expected(construct)) == sources(construct)


def test_the_constructs_are_many() -> None:
    assert sum(len(sources(construct)) for construct in constructs()) >= AT_LEAST


def test_the_installed_elixir_says_the_same() -> None:
    """Where Elixir is not installed, what it printed before stands."""
    sample = constructs()[:: len(constructs()) // 4]

    answers = {
        construct: ask(sources(construct)) if shutil.which("elixir") else list(expected(construct))
        for construct in sample
    }

    assert answers == {construct: list(expected(construct)) for construct in sample}

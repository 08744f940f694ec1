"""What expressions are worth: `golden/values.txt` holds each with what Elixir 1.14 itself prints for it."""

from pathlib import Path

import pytest

from rules.ecto.inspect import inspect
from rules.ecto.interpreter import Interpreter
from rules.ecto.kernel import KERNEL, KNOWN
from rules.ecto.modules import ModuleReader
from rules.ecto.project import Project
from rules.ecto.reader import LANGUAGE
from rules.ecto.runner import Runner
from rules.ecto.scope import Unknown
from rules.ecto.values import Value
from rules.ecto.versions import LATEST
from rules.elixir.parser import parse
from rules.source import SourceFile

ENTRIES = Path(__file__).with_name("golden").joinpath("values.txt").read_text(encoding="utf-8").strip().split("\n\n")
VALUES = [tuple(entry.split("\n")) for entry in ENTRIES]


def value_of(expression: str) -> Value:
    """Return what *expression* is worth, as a module attribute."""
    source = SourceFile("a.exs", f"defmodule A do\n  @a (\n{expression}\n)\nend")
    reader = ModuleReader(Interpreter(LANGUAGE, Runner(LATEST, "up", backward=False), Project(), {}), source)
    reader.read(parse(source))
    return reader.modules[0].attributes["a"]


@pytest.mark.parametrize(("expression", "printed"), VALUES, ids=[expression for expression, _ in VALUES])
def test_an_expression_is_worth_what_elixir_prints(expression: str, printed: str) -> None:
    assert inspect(value_of(expression)) == printed


UNKNOWN = (
    "Enum.random([1, 2])",
    "Enum.map(Application.get_env(:a, :b), & &1)",
    "Enum.flat_map([1], fn _ -> 1 end)",
    "Enum.filter([1], fn _ -> System.get_env() end)",
    "Enum.zip([System.get_env()])",
    "Enum.into([1], MapSet.new())",
    "Enum.map_join([1], System.get_env(), & &1)",
    "Enum.map_reduce([1], 0, fn _, _ -> 1 end)",
    "[1 | System.get_env()]",
    "%{System.get_env() | a: 1}",
    "System.get_env().a",
    "1 + System.get_env()",
    '"a" <> 1',
    "1 -- 2",
    "1 in System.get_env()",
    "System.get_env() == 1",
    "[System.get_env()] == [1]",
    "inspect([System.get_env()])",
    '"#{[System.get_env()]}"',
    "String.replace(1, 2, 3)",
    'String.replace("a", ~r/(?<!/, "")',
    "Keyword.fetch!([a: 1], :b)",
    "Keyword.merge([a: 1], 2)",
    "hd([])",
    "elem({1}, 5)",
    "~H(a)",
    "%{a: 1}.b",
    "System.get_env() || 1",
    "&1",
    "function_exported?(A, :b, 0)",
    "unquote(1)",
    "for(x <- System.get_env(), do: x)",
    "for(x <- System.get_env(), reduce: 0) do acc -> x + acc end",
    "for(x <- [1], System.get_env(), do: x)",
    "with({:ok, x} <- System.get_env(), do: x)",
    "case System.get_env() do 1 -> :a; _ -> :b end",
    "cond do System.get_env() -> 1; true -> 2 end",
    "binary_part(1, 2, 3)",
    "nobody_knows",
)


@pytest.mark.parametrize("expression", UNKNOWN)
def test_what_reading_cannot_know_stays_unknown(expression: str) -> None:
    assert isinstance(value_of(expression), Unknown)


def test_every_function_and_macro_of_kernel_is_known_by_name() -> None:
    # What `Kernel.__info__/1` and `Kernel.SpecialForms.__info__/1` list in Elixir 1.14.
    listed = Path(__file__).with_name("golden").joinpath("kernel.txt").read_text(encoding="utf-8").split()

    assert [name for name in listed if name not in {*KERNEL, *KNOWN, *LANGUAGE.forms}] == []

"""Small files that want much: Elixir, SQL and YAML, each by what it does to those who read it naively."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DEEP: Final = 100_000
MIGRATION: Final = "defmodule Bomb do\n  use Ecto.Migration\n\n  def change do\n    {}\n  end\nend\n"


def _bodies(**bodies: str) -> Mapping[str, str]:
    return MappingProxyType({name.replace("_", " "): MIGRATION.format(body) for name, body in bodies.items()})


def _sql(**texts: str) -> Mapping[str, str]:
    return _bodies(**{name: f'execute "{text}", ""' for name, text in texts.items()})


ELIXIR: Final = _bodies(
    brackets="[" * DEEP,
    closed_brackets="[" * DEEP + "]" * DEEP,
    parentheses="(" * DEEP + "1" + ")" * DEEP,
    braces="{" * DEEP + "}" * DEEP,
    maps="%{a: " * DEEP + "1" + "}" * DEEP,
    binaries="<<" * DEEP + ">>" * DEEP,
    blocks="do\n" * DEEP,
    calls_with_blocks="if a do\n" * 20_000 + "end\n" * 20_000,
    functions="fn -> " * DEEP,
    interpolation='"#{' * 50_000 + '"}"' * 50_000,
    a_chain_of_operators="a = " + "1 + " * DEEP + "1",
    a_chain_of_not="not " * DEEP + "a",
    a_chain_of_pipes="a" + " |> b" * DEEP,
    a_chain_of_dots="a" + ".b" * DEEP,
    a_chain_of_calls="a" + "()" * DEEP,
    a_chain_of_captures="&" * DEEP + "1",
    a_chain_of_attributes="@" * DEEP + "a",
    a_chain_of_arrows="a -> " * DEEP,
    a_long_string=f'"{"x" * 900_000}"',
    a_string_without_end='"' + "x" * 900_000,
    a_heredoc_without_end='"""\n' + "x\n" * 400_000,
    sigils="~s(" * DEEP,
    a_long_number="9" * 900_000,
    a_long_name="a" * 900_000,
    a_long_charlist="~c[" + "x" * 900_000 + "]",
    many_lines="\n" * 900_000,
    many_comments="# x\n" * 200_000,
    many_semicolons=";" * 900_000,
    many_escapes='"' + "\\u{41}" * 100_000 + '"',
    half_escapes='"' + "\\u{" * 200_000 + '"',
    many_aliases="A." * DEEP + "B",
    a_string_that_doubles='a = "xxxxxxxxxx"\n' + "a = a <> a\n" * 60,
    a_list_that_doubles="a = [1]\n" + "a = a ++ a\n" * 60,
    a_copy_of_a_copy='a = String.duplicate(String.duplicate("x", 1_000_000), 1_000_000)',
    a_power="a = :math.pow(10, 1_000_000_000)\nb = Integer.pow(10, 1_000_000_000)",
    a_range='for n <- 1..1_000_000_000, do: create table(:"t#{n}")',
    ranges_in_ranges='for a <- 1..10_000, b <- 1..10_000, c <- 1..10_000, do: execute("#{a}#{b}#{c}")',
    an_enumeration='Enum.each(1..1_000_000_000, fn n -> create table(:"t#{n}") end)',
    a_stream="Stream.cycle([1]) |> Enum.to_list()",
    a_shift="a = Bitwise.bsl(1, 1_000_000_000_000)",
    a_padding='a = String.pad_leading("x", 1_000_000_000_000)',
    many_columns="create table(:a) do\n" + "".join(f"add :c{n}, :text\n" for n in range(20_000)) + "end",
    many_indexes="".join(f"create index(:a, [:c{n}])\n" for n in range(10_000)),
    a_function_that_calls_itself="again(1)\nend\n\ndef again(n) do\n  again(n + 1)",
    functions_that_call_each_other="one(1)\nend\ndef one(n), do: two(n) + two(n)\ndef two(n), do: one(n)\ndef x do",
    a_regular_expression='a = String.replace(String.duplicate("a", 50), ~r/^(((a+)+)+)+$/, "b")',
)
SQL: Final = _sql(
    a_chain_of_operators="SELECT " + "1+" * DEEP + "1",
    a_chain_within_bounds="SELECT " + "1+" * 9_000 + "1",
    parentheses="SELECT " + "(" * DEEP + "1" + ")" * DEEP,
    parentheses_within_bounds="SELECT " + "(" * 9_000 + "1" + ")" * 9_000,
    nested_cases="SELECT " + "CASE WHEN 1=1 THEN " * 4_000 + "1" + " ELSE 2 END" * 4_000,
    nested_queries="SELECT * FROM " + "(SELECT * FROM " * 4_000 + "a" + ") b" * 4_000,
    a_chain_of_unions="SELECT 1" + " UNION SELECT 1" * 6_000,
    a_chain_of_joins="SELECT 1 FROM a" + " JOIN a ON true" * 4_000,
    a_chain_of_casts="SELECT 1" + "::int" * 9_000,
    a_chain_of_not="SELECT " + "NOT " * 19_000 + "true",
    a_chain_of_signs="SELECT " + "- " * 19_000 + "1",
    a_chain_of_subscripts="SELECT a" + "[1]" * 6_000,
    nested_arrays="SELECT " + "ARRAY[" * 6_000 + "1" + "]" * 6_000,
    many_statements="SELECT 1;" * 6_000,
    many_empty_statements=";" * 400_000,
    many_values="INSERT INTO a VALUES " + "(1)," * 4_000 + "(1)",
    a_quote_without_end="SELECT '" + "x" * 400_000,
    a_name_without_end='SELECT \\"' + "x" * 400_000,
    a_body_without_end="DO $$" + "x" * 400_000,
    nested_comments="/*" * 200_000,
    a_zero="SELECT 1\\0; DROP TABLE users",
    a_long_number="SELECT " + "9" * 400_000,
    a_number_with_a_great_exponent="SELECT 1e999999999",
    many_dollars="$" * 400_000,
    dollars_that_never_match="".join(f"$a{n}$" for n in range(6_000)),
    backslashes="SELECT E'" + "\\\\" * 200_000,
)
YAML: Final[Mapping[str, str]] = MappingProxyType(
    {
        "a laugh (billion laughs)": "a: &a [x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{f'*{chr(97 + n)}, ' * 9}]\n" for n in range(9)),
        "merged keys": "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(20)),
        "an anchor in itself": "&a [*a]\n",
        "deep lists": "[" * 20_000,
        "deep maps": "{a: " * 10_000,
        "deep indentation": "".join(f"{' ' * n}a:\n" for n in range(300)),
        "a deep block of lists": "- " * 20_000,
        "a giant key": f"{'k' * 60_000}: 1\n",
        "a giant key, asked for": f"? {'k' * 60_000}\n: 1\n",
        "many keys": "".join(f"k{n}: 1\n" for n in range(8_000)),
        "many equal keys": "paths: []\n" * 2_000,
        "a giant file": "#" * 1_000_000,
        "a giant number": f"postgres: {'9' * 60_000}\n",
        "a number in base sixty": "start_after: 1:1:1:1\n",
        "not a number": "postgres: .nan\n",
        "a python object": "paths: !!python/object/apply:os.system ['echo evil']\n",
        "a python name": "paths: !!python/name:os.system\n",
        "a tag of one's own": "paths: !evil [a]\n",
        "a binary": "paths: !!binary aGVsbG8=\n",
        "a timestamp": "tenant_column: 2001-01-01\n",
        "a truth value for a name": "tenant_column: yes\n",
        "a list for a word": "deploys: [a]\n",
        "a map for a list": "paths: {a: b}\n",
        "a word for a map": "rules: off\n",
        "nothing for everything": "paths:\nrules:\ngate:\npostgres:\n",
        "two documents": "paths: []\n---\npaths: [x]\n",
        "a path upwards": "paths: [../../etc]\n",
        "half a document": "paths: [\n",
        "a tab": "paths:\n\t- a\n",
        "a character that is none": "paths: [\0]\n",
        "a character that turns text round (CVE-2021-42574)": "small_tables: ['\u202e']\n",
        "quotes without end": 'paths: ["' + "x" * 60_000,
        "many question marks": "? " * 10_000,
        "many anchors": "".join(f"- &a{n} x\n" for n in range(5_000)),
        "a directive": "%TAG ! tag:evil,2000:\n---\npaths: []\n",
        "everything off, with a word that is no rule": "rules: {index-without-concurently: off}\n",
    }
)

"""Arguments that are said plainly mean what typer takes them for; all others are typer's."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.plain import understood

SEEN: list[dict[str, Any]] = []


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def command(
    name: Annotated[str, typer.Argument()],
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    base: Annotated[str | None, typer.Option()] = None,
    cache: Annotated[bool, typer.Option()] = True,  # noqa: FBT002 - a flag, as commands have them
    write: Annotated[bool, typer.Option("--write")] = False,  # noqa: FBT002 - as above
    colour_: Annotated[Colour, typer.Option("--colour")] = Colour.RED,
) -> None:
    SEEN.append({"name": name, "paths": paths, "base": base, "cache": cache, "write": write, "colour_": colour_})


def by_typer(arguments: list[str]) -> dict[str, Any]:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    return SEEN.pop()


def called(arguments: list[str]) -> dict[str, Any]:
    given = understood(command, arguments)
    assert given is not None
    command(**given)
    return SEEN.pop()


@pytest.mark.parametrize(
    "arguments",
    ["one", "one a b", "one --base main", "--base=main one a", "one --no-cache --write", "--colour blue one --cache"],
)
def test_what_is_said_plainly_is_what_typer_understands(arguments: str) -> None:
    understood_by_typer = by_typer(arguments.split())

    assert called(arguments.split()) == understood_by_typer


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "--help",
        "one --help",
        "one --base",
        "one --base --write",
        "one --bogus",
        "one -w",
        "one --",
        "one --colour green",
        "one --base a --base b",
    ],
)
def test_what_is_not_plain_is_left_to_typer(arguments: str) -> None:
    assert understood(command, arguments.split()) is None


def test_an_empty_word_is_left_to_typer() -> None:
    assert understood(command, [""]) is None

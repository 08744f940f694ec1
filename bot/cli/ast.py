"""`ecto-fix ast`: the AST of Elixir files, as Elixir itself would print it."""

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.main import CannotRun
from bot.cli.printable import printable
from rules.elixir.errors import ElixirSyntaxError
from rules.elixir.parser import parse
from rules.elixir.quoted import encode
from rules.source import SourceFile

CHUNK = 32  # files that a process takes at once


class Format(StrEnum):
    """How the AST is written."""

    JSON = "json"


class Mode(StrEnum):
    """How much of the metadata is written."""

    PLAIN = "plain"
    FULL = "full"


def command(
    files: Annotated[list[Path] | None, typer.Argument(metavar="FILE", help="Files to print the AST of.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="The encoding.")] = Format.JSON,  # noqa: ARG001  # there is one
    mode: Annotated[Mode, typer.Option(help="Line and column, or all metadata, literals too.")] = Mode.PLAIN,
    root: Annotated[Path | None, typer.Option(help="Read every .ex and .exs file of this folder.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write PATH.json or PATH.error.json here for each PATH.")] = None,
) -> None:
    """Print the AST of Elixir files as JSON, one line for each.

    Exit status: 0 all were read, 1 a file has a syntax error, 2 could not run.
    """
    full = mode is Mode.FULL
    if root is not None:
        if out is None or files:
            raise CannotRun("--root goes with --out, and without files")
        raise typer.Exit(1 if write_tree(root, out, full=full) else 0)
    if not files:
        raise CannotRun("which files? Name some, or a folder with --root and --out")
    broken = [path for path in files if not _print(path, full=full)]
    raise typer.Exit(1 if broken else 0)


def write_tree(root: Path, out: Path, *, full: bool) -> int:
    """Write the AST of every Elixir file below *root* to *out*, in parallel; return how many were refused."""
    if not root.is_dir():
        raise CannotRun(f"there is no folder {root}")
    paths = sorted(path.relative_to(root) for path in _sources(root))
    with ProcessPoolExecutor() as processes:
        results = processes.map(partial(_write, root, out, full=full), paths, chunksize=CHUNK)
        refused = sum(not written for written in results)
    print(f"{len(paths)} files, {refused} refused", file=sys.stderr)
    return refused


def _sources(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names if name.endswith((".ex", ".exs")))


def _write(root: Path, out: Path, path: Path, *, full: bool) -> bool:
    target = out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        written = _ast(root / path, full=full)
    except ElixirSyntaxError as error:
        told = {"line": error.line, "column": error.column, "message": error.message}
        target.with_name(f"{target.name}.error.json").write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        return False
    target.with_name(f"{target.name}.json").write_text(written, "utf-8")
    return True


def _print(path: Path, *, full: bool) -> bool:
    try:
        print(printable(_ast(path, full=full)))
    except ElixirSyntaxError as error:
        print(printable(f"{path}:{error}"), file=sys.stderr)
        return False
    return True


def _ast(path: Path, *, full: bool) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror}") from None
    try:
        source = SourceFile(str(path), content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise ElixirSyntaxError("invalid encoding starting here; Elixir is UTF-8", line, column, error.start) from None
    return encode(parse(source), source, full=full)

"""What `.formatter.exs` says of a file's layout."""

from collections.abc import Iterable
from posixpath import dirname
from typing import Final

from rules.elixir.parser import read
from rules.elixir.syntax import Atom, Number, Pair, walk
from rules.source import LINE_LENGTH, SourceFile

NAME: Final = ".formatter.exs"
NARROWEST: Final = 20  # columns; whoever asks for less gets the default, since nothing of ours would fit


def line_length(path: str, project: Iterable[SourceFile]) -> int:
    """Return how wide `mix format` lays out *path*: the nearest `.formatter.exs` above it decides, 98 without one."""
    configured = {dirname(file.path): file for file in project if file.path.rpartition("/")[2] == NAME}
    folder = path
    while folder:
        folder = dirname(folder)
        if folder in configured:
            return _said_in(configured[folder])
    return LINE_LENGTH


def _said_in(source: SourceFile) -> int:
    for node in walk(read(source).tree):
        if isinstance(node, Pair) and isinstance(node.left, Atom) and node.left.name == "line_length":
            width = node.right.value if isinstance(node.right, Number) else LINE_LENGTH
            return width if isinstance(width, int) and width >= NARROWEST else LINE_LENGTH
    return LINE_LENGTH

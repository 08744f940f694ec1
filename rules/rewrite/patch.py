"""Writes a patch that `git apply` takes."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff

from rules.source import SourceFile


def patch(before: Mapping[str, SourceFile], after: Iterable[SourceFile]) -> str:
    """Return what turns the files *before* into those *after*; a path that was not there is a new file."""
    return "".join("".join(_file(before.get(file.path), file)) for file in after)


def _file(before: SourceFile | None, after: SourceFile) -> Iterator[str]:
    old, new = _quoted(f"a/{after.path}"), _quoted(f"b/{after.path}")
    yield f"diff --git {old} {new}\n"
    if before is None:
        yield "new file mode 100644\n"
        old = "/dev/null"
    lines = unified_diff(_lines(before.text if before else ""), _lines(after.text), old, new)
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Return lines as git counts them: by LF alone."""
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + pieces[-1:] * bool(pieces[-1])


def _quoted(path: str) -> str:
    """Return *path* as git's `core.quotePath` does where it holds what could end it."""
    if path.isprintable() and not set(path) & set('"\\'):
        return path
    return '"' + "".join(_octal(byte) for byte in path.encode()) + '"'


def _octal(byte: int) -> str:
    character = chr(byte)
    plain = character.isascii() and character.isprintable() and character not in '"\\'
    return character if plain else f"\\{byte:03o}"

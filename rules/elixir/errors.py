"""What Elixir says of a source that it cannot read."""

from rules.source import SourceFile


class ElixirSyntaxError(Exception):
    """A place that Elixir would reject, in Elixir's words."""

    def __init__(self, message: str, line: int, column: int, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line  # counted from 1
        self.column = column  # counted from 1, in characters
        self.offset = offset

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


def error_at(source: SourceFile, offset: int, message: str) -> ElixirSyntaxError:
    """Make the error of *source* at *offset*; its beginning needs no counting of lines, however large it is."""
    if offset == 0:
        return ElixirSyntaxError(message, 1, 1, 0)
    return ElixirSyntaxError(message, source.line_at(offset), source.column_at(offset), offset)


class Rejected(Exception):  # it is not an error yet: the parser knows the source and makes it one
    """An offset at which Elixir would stop reading, and why."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Refused(Rejected):
    """A source that is larger or deeper than is read; nothing of it is."""


class Broken(Rejected):
    """A statement that cannot be read; *index* is the place of the token at which that shows."""

    def __init__(self, message: str, offset: int, index: int) -> None:
        super().__init__(message, offset)
        self.index = index

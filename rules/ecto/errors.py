"""The exceptions that Ecto and Elixir would raise, carried through our own code."""

from rules.source import Span


class RaisedError(Exception):
    """Elixir would raise *kind*, such as `ArgumentError`, with *message*."""

    def __init__(self, kind: str, message: str, span: Span | None = None, *, deliberate: bool = False) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.deliberate = deliberate  # `raise` was called, rather than something not fitting
        self.span: Span | None = span  # the call that raises, once it is known


def argument_error(message: str) -> RaisedError:
    """Make an ArgumentError."""
    return RaisedError("ArgumentError", message)


def no_clause(function: str) -> RaisedError:
    """Make the error of a call that fits no clause of *function*, written as `Module.name/arity`."""
    return RaisedError("FunctionClauseError", f"no function clause matching in {function}")

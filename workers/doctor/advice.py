"""What the doctor says: a line for each thing, whether it is well, what that means, and what to do."""

from dataclasses import dataclass
from enum import Enum


class Health(Enum):
    """How a thing is."""

    OK = "ok"
    WARNING = "warning"  # it runs, with less than it could promise
    WRONG = "wrong"  # a promise is broken


@dataclass(frozen=True, slots=True)
class Line:
    """What was looked at, how it is, what that means, and what to do about it."""

    about: str
    health: Health
    said: str
    remedy: str = ""


def ok(about: str, said: str) -> Line:
    """Say that all is well."""
    return Line(about, Health.OK, said)


def warning(about: str, said: str, remedy: str) -> Line:
    """Say what could be better."""
    return Line(about, Health.WARNING, said, remedy)


def wrong(about: str, said: str, remedy: str) -> Line:
    """Say what has to be mended."""
    return Line(about, Health.WRONG, said, remedy)

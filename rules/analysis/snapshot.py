"""Values of ours as bytes and back, for a cache.

Pickle reads some ten thousand small values ten times faster than what could be written here. Its danger is that it
calls whatever its input names; so what is read here may name values of this package alone: dataclasses and enums.
"""

import io
import pickle
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from rules.ecto.options import Option
from rules.ecto.types import Reference
from rules.ecto.values import Tuple

PROTOCOL: Final = 5
PLACES: Final = frozenset({(Option, "pair"), (Tuple, "pair"), (Reference, "place")})


class _Reader(pickle.Unpickler):
    """Reads values of `rules`, and nothing that does anything."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("rules."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")


class _Writer(pickle.Pickler):
    """Writes values as calls of their classes, which are read twice as fast as what dataclasses make of it."""

    def __init__(self, buffer: io.BytesIO) -> None:
        super().__init__(buffer, PROTOCOL)
        self._names: dict[type, tuple[str, ...] | None] = {}

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if kind not in self._names:
            self._names[kind] = _names(kind) if is_dataclass(kind) else None
        names = self._names[kind]
        return NotImplemented if names is None else (kind, tuple([getattr(value, name) for name in names]))


def _names(kind: type) -> tuple[str, ...]:
    """Return what a value of *kind* is made of; its place in a file, its last part, is of no use to other files."""
    return tuple(one.name for one in fields(kind) if (kind, one.name) not in PLACES)


def written(value: object) -> bytes | None:
    """Return *value*, made of our dataclasses, enums and Python's plain values, as bytes; None if it holds others."""
    buffer = io.BytesIO()
    try:
        _Writer(buffer).dump(value)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return None
    return buffer.getvalue()


def read(snapshot: bytes) -> object:
    """Return the value that was written; None where these bytes are not what we wrote."""
    try:
        return _Reader(io.BytesIO(snapshot)).load()
    except Exception:  # noqa: BLE001 - broken input makes pickle raise whatever it likes
        return None

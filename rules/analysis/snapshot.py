"""Values of ours as bytes and back, for a cache.

Pickle reads some ten thousand small values ten times faster than what could be written here. Its danger is that it
calls whatever its input names; so what is read here may name values of this package alone: dataclasses and enums.
"""

import io
import pickle
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from rules.ecto.options import Option
from rules.ecto.types import Reference
from rules.ecto.values import Tuple

PROTOCOL: Final = 5
Parts = tuple[type, tuple[Any, ...]]


class _Reader(pickle.Unpickler):
    """Reads values of `rules`, and nothing that does anything."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("rules."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no value of ours")


def _without(field: str) -> Callable[[Any], Parts]:
    """Leave out where something stands in its file: the last of its fields, and of no use to other files."""

    def parts(value: Any) -> Parts:
        return type(value), tuple(getattr(value, one.name) for one in fields(value) if one.name != field)

    return parts


class _Writer(pickle.Pickler):
    """Writes values without their places."""

    dispatch_table: Mapping[type, Callable[[Any], Parts]] = {
        Option: _without("pair"),
        Tuple: _without("pair"),
        Reference: _without("place"),
    }


def written(value: object) -> bytes | None:
    """Return *value*, made of our dataclasses, enums and Python's plain values, as bytes; None if it holds others."""
    buffer = io.BytesIO()
    try:
        _Writer(buffer, PROTOCOL).dump(value)
    except (pickle.PicklingError, AttributeError, TypeError, RecursionError):
        return None
    return buffer.getvalue()


def read(snapshot: bytes) -> object:
    """Return the value that was written; None where these bytes are not what we wrote."""
    try:
        return _Reader(io.BytesIO(snapshot)).load()
    except Exception:  # noqa: BLE001 - broken input makes pickle raise whatever it likes
        return None

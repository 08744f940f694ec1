"""What takes long to run: a few of many each time, all of them by `make prove`."""

from collections.abc import Mapping
from typing import Any

import pytest


def sampled(cases: Mapping[str, Any], each: int) -> list[Any]:
    """Return all of *cases* as parameters, of which every so manieth is run each time."""
    return [
        pytest.param(case, id=name, marks=() if number % each == 0 else pytest.mark.prove)
        for number, (name, case) in enumerate(cases.items())
    ]

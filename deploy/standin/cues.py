"""What the control plane can be asked for, by name."""

from collections.abc import Callable
from typing import Any

Act = Callable[..., Any]


class Cues(dict[str, Act]):
    """Acts, each under the name of the function that it decorates."""

    def __call__(self, function: Act) -> Act:
        """Register *function*."""
        self[function.__name__] = function
        return function

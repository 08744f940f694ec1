"""What is fuzzed: every module here is a target, found by being here.

A target has *corpus*, which returns our own inputs to start from, and *read*, which raises when a promise is broken.
It may have *mutate*, which knows the shape of its inputs, and *finish*, which does what was put off.
"""

from pkgutil import iter_modules
from typing import Final

TARGETS: Final = tuple(module.name for module in iter_modules(__path__))

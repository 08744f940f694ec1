"""The rules: one file for each hazard, found by being here."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from rules.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Load every rule, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    return tuple(module.rule for module in modules)


@cache
def names() -> frozenset[str]:
    """Return the names of all rules without loading them."""
    return frozenset(module.name.replace("_", "-") for module in iter_modules(__path__))

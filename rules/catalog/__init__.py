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


def rule_named(name: str) -> Rule | None:
    """Return the rule of that name, if there is one, and load no other."""
    if name not in names():
        return None
    found: Rule = import_module(f"{__name__}.{name.replace('-', '_')}").rule
    return found


@cache
def names() -> frozenset[str]:
    """Return the names of all rules without loading them."""
    return frozenset(module.name.replace("_", "-") for module in iter_modules(__path__))

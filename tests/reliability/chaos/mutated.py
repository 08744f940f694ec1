"""`python -m tests.reliability.chaos.mutated NAME serve …`: the product with one of its protections switched off.

Each mutant changes what it names in the running process, and fails to start where that is not there any more.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from bot.cli.main import main
from workers.memory import scripts

Mutation = Callable[[], None]


def without(script: str, *lines: tuple[str, str]) -> Mutation:
    """Return what makes Redis run *script* with each of some passages replaced."""

    def mutate() -> None:
        text = original = scripts.script(script)
        for passage, replacement in lines:
            if passage not in original:
                raise LookupError(f"{script}.lua has no {passage!r}")
            text = text.replace(passage, replacement)
        before = scripts.script
        replace("workers.memory.scripts", "script", lambda name: text if name == script else before(name))

    return mutate


def replace(module: str, name: str, other: Any) -> None:
    """Put *other* in the place of what a module, or a class in it, has under *name*."""
    home: Any = import_module(module)
    *classes, last = name.split(".")
    for one in classes:
        home = getattr(home, one)
    if not hasattr(home, last):
        raise LookupError(f"{module} has no {name}")
    setattr(home, last, other)


def doing_nothing(module: str, name: str) -> Mutation:
    """Return what makes a function do nothing, and return nothing."""
    return lambda: replace(module, name, lambda *_, **__: None)


def several(*mutations: Mutation) -> Mutation:
    """Return all of *mutations* as one."""

    def mutate() -> None:
        for mutation in mutations:
            mutation()

    return mutate


BELL: Final = ("redis.call('SET', bell(id), 1, 'NX', 'EX', sounds)", "redis.call('SET', bell(id), 1, 'NX')")
MUTANTS: Final[Mapping[str, Mutation]] = {
    "dedupe": without("accept", ("1, 'NX', 'EX', remembered)", "1, 'EX', remembered)")),
    "generation": without("finish", ("redis.call('HGET', generations, id) ~= generation", "false")),
    "lease margin": doing_nothing("workers.memory.lease", "Lease.check"),
    "marker": doing_nothing("workers.review.plan", "marked"),
    "convergence": doing_nothing("workers.review.publish", "_take_back_copies"),
    "reconciler": doing_nothing("workers.tasks", "sweep_for_ever"),
    "append-only file": lambda: None,  # it is Redis that is started without one
    "attempts": without("claim", ("redis.call('HINCRBY', attempts, id, 1)", "1")),
    "bell expiry": several(without("accept", BELL), without("overdue", BELL)),
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    main()

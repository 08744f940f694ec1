"""A worker that dies where it is told to: it reads an order a line, does one job in a fork, and says how that ended.

An order is JSON: the job, and the number of the step at which it dies, before or after the step has its effect. The
answer has the names of the steps that were begun, and how the fork ended, as in `os.waitstatus_to_exitcode`.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from rules.analysis import analyse
from rules.settings import Settings as RepositorySettings
from rules.source import Change
from workers import telemetry
from workers.analysis_child import WARM
from workers.app import create_celery
from workers.context import Context
from workers.drive import Engine, drive
from workers.journal import Journal
from workers.memory.inbox import Claim
from workers.memory.lease import Lease
from workers.settings import Settings
from workers.wiring import build_engine

# What is asked of these is a step; the rest of the memory, and what the lease does in a thread of its own, is not.
INBOX: Final = frozenset({"claim", "finish", "postpone", "bury"})
MEMORY: Final = frozenset({"say"})


@dataclass(slots=True)
class Fate:
    """Where a process dies: at the step of this *number*, if any, and whether *after* it."""

    number: int | None
    after: bool
    said: int  # the pipe into which the names of steps go
    begun: int = 0

    def do(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """Return *step* so that it is counted, and fatal in its turn."""

        def fated(*arguments: Any, **named: Any) -> Any:
            os.write(self.said, f"{name}\n".encode())
            mine, self.begun = self.begun == self.number, self.begun + 1
            if mine and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = step(*arguments, **named)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return fated


class Fated:
    """Somebody whose methods, or some of them, are steps."""

    def __init__(self, name: str, real: Any, fate: Fate, steps: frozenset[str] | None = None) -> None:
        self._name = name
        self._real = real
        self._fate = fate
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        is_step = callable(found) and (self._steps is None or name in self._steps)
        return self._fate.do(f"{self._name}.{name}", found) if is_step else found


def fated(engine: Engine, fate: Fate) -> Engine:
    """Return *engine* so that it dies of *fate*; what it analyses it analyses itself."""

    def surroundings(claim: Claim, lease: Lease, journal: Journal) -> Context:
        context = engine.surroundings(claim, lease, journal)
        github: Any = Fated("github", context.github, fate)
        memory: Any = Fated("memory", context.memory, fate, MEMORY)
        return replace(context, github=github, memory=memory, analyse=fate.do("analyse", analyse))

    inbox: Any = Fated("inbox", engine.inbox, fate, INBOX)
    return replace(engine, inbox=inbox, surroundings=surroundings)


def in_a_fork(engine: Engine, order: dict[str, Any]) -> dict[str, Any]:
    """Obey, in a process that may die of it."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        drive(fated(engine, Fate(order["number"], order["after"], writer)), order["job"])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        steps = pipe.read().split()
    return {"steps": steps, "ended": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}


def main() -> None:
    """Obey until there are no more orders."""
    telemetry.configure()
    settings = Settings()
    engine = build_engine(settings, create_celery(settings.redis_url, settings.redis_prefix))
    analyse(Change((), (WARM,)), RepositorySettings())  # so that no fork has to build the parser
    for line in sys.stdin:
        print(json.dumps(in_a_fork(engine, json.loads(line))), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()

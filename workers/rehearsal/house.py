"""All rehearsals of a change, one after the other, on the PostgreSQL that this machine has, until time is up."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rules.postgres.observation import Observation, Outcome
from rules.postgres.program import Play, Program
from workers.rehearsal.binaries import Binaries, find
from workers.rehearsal.enclosure import Limits
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.rehearse import rehearse
from workers.rehearsal.sandbox import Base, Step, Yard, sandbox
from workers.rehearsal.templates import Templates
from workers.rehearsal.trace import Server
from workers.rehearsal.walls import walls

TEMPLATES: Final = "ecto-fix-templates"


@dataclass(frozen=True, slots=True)
class House:
    """Where rehearsals take place: whose PostgreSQL, between which walls, for how many seconds in all."""

    yard: Yard
    chosen: Path | None = None  # the operator's programs
    trusted: bool = False  # needs no walls: whoever wrote the migrations may run things on this machine anyway
    seconds: float = 120.0

    def closed(self) -> str:
        """Say why nothing can be rehearsed here, whoever wrote it; nothing where something can."""
        try:
            find(self.chosen)
        except CannotRehearse as reason:
            return str(reason)
        return ""

    def rehearse(self, programs: Iterable[Program], major: int) -> Iterator[Observation]:
        """Rehearse what *programs* propose, on PostgreSQL *major* where that is at hand."""
        until = time.monotonic() + self.seconds
        for program in programs:
            for play in program.plays:
                yield self._one(program, play, major, until - time.monotonic())

    def _one(self, program: Program, play: Play, major: int, left: float) -> Observation:
        try:
            if left <= 0:
                raise CannotRehearse("there was no time left for it")  # noqa: TRY301 - one way to say why not
            binaries = find(self.chosen, major)
        except CannotRehearse as reason:
            return Observation(play.path, Outcome.NOT_REHEARSED, str(reason))
        gaps = tuple(reason for ran in program.history[: play.after] for reason in ran.silent)
        return rehearse(play, self._opened(binaries, program, play, left), gaps)

    def _opened(
        self, binaries: Binaries, program: Program, play: Play, left: float
    ) -> Callable[[], AbstractContextManager[Server]]:
        steps = (Step(ran.path, ran.statements, ran.in_transaction) for ran in program.history[: play.after])
        limits = self.yard.limits
        limits = replace(limits, seconds=min(limits.seconds, left))
        yard = replace(self.yard, limits=limits, building=min(self.yard.building, left))
        base = Base(tuple(steps))
        return lambda: sandbox(binaries, base, yard, trusted=self.trusted)


def house(folder: Path | None = None, chosen: Path | None = None, *, trusted: bool = False, seconds: float) -> House:
    """Return the house of this machine, with its templates in *folder*, or where temporary files are."""
    templates = Templates(folder or Path(tempfile.gettempdir()) / TEMPLATES)
    return House(Yard(walls(), templates, Limits()), chosen, trusted=trusted, seconds=seconds)

"""Whether proof and rehearsal agree on the migrations of repositories at hand.

python -m deploy.agreement FOLDER…

Each migration is judged and rehearsed on the history before it. Printed are, for each repository, how many migrations
it has, how many were rehearsed, of how many of those the proof said what it holds to be true, and how many times what
happened was something else; then each of these, and why what was not rehearsed was not. Exit status 1 below the bar.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.cli.local.repository import select
from bot.cli.local.review import settings_of
from bot.cli.printable import printable
from deploy.services.databases import Databases
from deploy.services.postgres import postgres_binaries
from rules.analysis import analyse_each
from rules.analysis.programs import programs
from rules.confirmation import FORESEEN, confirm
from rules.finding import FileReport
from rules.postgres.observation import Observation, Outcome
from workers.rehearsal.binaries import find
from workers.rehearsal.house import house
from workers.rehearsal.sandbox import Base, sandbox

BAR: Final = 0.99
LASTS: Final = 3600.0  # seconds for a repository
ROOM: Final = 4 << 30  # bytes for its databases
SESSIONS: Final = 16  # of the two rehearsals at once, and of what they are copied from
SHOWN: Final = 3  # reasons for which there was no rehearsal


@dataclass(frozen=True, slots=True)
class Compared:
    """One repository: its files as the proof left them, and as the rehearsal did."""

    name: str
    proven: tuple[FileReport, ...]
    confirmed: tuple[FileReport, ...]

    @property
    def rehearsed(self) -> list[FileReport]:
        """The files that were run."""
        return [
            one for one in self.confirmed if one.observation and one.observation.outcome is not Outcome.NOT_REHEARSED
        ]

    @property
    def held(self) -> int:
        """How many files ran as a whole, of which the proof says what a rollback does."""
        known = {one.path for one in self.proven if one.verdict in FORESEEN}
        return sum(
            one.path in known and one.observation is not None and one.observation.is_whole for one in self.rehearsed
        )

    @property
    def surprises(self) -> list[FileReport]:
        """The files with which something else happened than was said."""
        return [one for one in self.confirmed if one.claim is not None]

    @property
    def replays(self) -> bool:
        """Tell whether all of the history ran on a bare PostgreSQL."""
        return bool(self.confirmed) and not any(reason.startswith("the merged history") for reason in self.reasons)

    @property
    def reasons(self) -> Counter[str]:
        """Why files were not rehearsed."""
        seen = (one.observation for one in self.confirmed if one.observation)
        return Counter(one.reason for one in seen if one.outcome is Outcome.NOT_REHEARSED)


def compared(folder: Path) -> Compared:
    """Judge and rehearse the repository in *folder*."""
    selection = select([folder], None)
    settings = settings_of(selection)
    report = analyse_each(selection.change, settings)
    observations: list[Observation] = []
    with databases() as server:
        for program in programs(selection.change, settings, together=False):
            plays = tuple(play for play in program.plays if not play.missing)  # the others are for no PostgreSQL
            observations += server.rehearse_each(replace(program, plays=plays))
    seen = tuple(one for one in confirm(report, observations, settings).files if one.observation)
    return Compared(folder.name, report.files, seen)


@contextmanager
def databases() -> Iterator[Databases]:
    """Yield a server for one repository's databases."""
    yard = house(trusted=True, seconds=LASTS).yard
    yard = replace(yard, limits=replace(yard.limits, seconds=LASTS, disk=ROOM, sessions=SESSIONS))
    with sandbox(find(postgres_binaries()), Base(), yard, trusted=True) as server, server.own() as admin:
        yield Databases(server, admin)


def lines(one: Compared) -> Iterator[str]:
    """Yield what is said of a repository."""
    run, held, other = len(one.rehearsed), one.held, len(one.surprises)
    bare = "" if one.replays or not one.confirmed else ", does not replay on a bare PostgreSQL"
    all_ = f"{len(one.confirmed)} migrations for PostgreSQL"
    yield f"{one.name}: {all_}, {run} rehearsed, {held} compared, {other} different{bare}"
    for file in one.surprises:
        said = file.claim.verdict.value if file.claim else ""
        yield f"  {printable(file.path)}: {said} was said, {file.verdict.value} seen. {printable(file.reason)}"
    for reason, number in one.reasons.most_common(SHOWN):
        yield f"  {number} not rehearsed, because {printable(reason)}"


def share(part: int, whole: int) -> str:
    """Say how much of *whole* a part is."""
    return f"{part} of {whole} ({part / whole:.1%})" if whole else "none"


def main(folders: Iterable[str]) -> int:
    """Print what is seen of each repository and of all; return 1 where too often something else happened than said."""
    done = []
    for folder in folders:
        done.append(compared(Path(folder)))
        print("\n".join(lines(done[-1])), flush=True)
    done = [one for one in done if one.confirmed]
    bare = [one for one in done if one.replays]
    migrations, run = sum(len(one.confirmed) for one in bare), sum(len(one.rehearsed) for one in bare)
    held, other = sum(one.held for one in done), sum(len(one.surprises) for one in done)
    print(f"{share(len(bare), len(done))} repositories replay, {share(run, migrations)} of their migrations rehearsed")
    print(f"proof and rehearsal agree on {share(held - other, held)} migrations (bar {BAR:.0%})")
    return int(other > (1 - BAR) * held)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

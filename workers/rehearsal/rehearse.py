"""A migration up, down and up again on a database of its own, then once more over rows; what was seen of it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus

from rules.postgres.effects.effect import merged
from rules.postgres.observation import MISSING, Observation, Observed, Outcome, OverRows, Refusal, Showing
from rules.postgres.program import Part, Play
from rules.sql.names import Name
from workers.rehearsal.catalogue import Catalogue, catalogue, differences, invalid_indexes
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.rows import Rows
from workers.rehearsal.trace import Server, Trace

Opened: TypeAlias = Callable[[], AbstractContextManager[Server]]  # a server that holds what ran before, and no rows


@dataclass(frozen=True, slots=True)
class Seeds:
    """Rows by their numbers, and whether they hold no more than they must: those of before, and those made since."""

    before: Mapping[int, bool]
    since: Mapping[int, bool]


SEEDS: Final = Seeds({1: False, 2: True}, {3: False, 4: True})


@dataclass
class Stage:
    """A server with the sessions that a rehearsal needs."""

    server: Server
    session: psycopg.Connection
    trace: Trace
    watcher: psycopg.Connection

    def run(self, part: Part, play: Play) -> Showing:
        """Run one direction of *play*."""
        showing = self.trace.run(part, in_transaction=play.in_transaction)
        if self.session.info.transaction_status is not TransactionStatus.IDLE:
            raise CannotRehearse("it leaves a transaction open")
        return showing

    def catalogue(self) -> Catalogue:
        """Read what the database consists of now."""
        return catalogue(self.watcher)


def rehearse(play: Play, opened: Opened, gaps: tuple[str, ...] = (), seeds: Seeds | None = SEEDS) -> Observation:
    """Rehearse *play* on servers that *opened* yields; without *seeds* not over rows.

    *gaps* is what the servers lack of its history, since only the application can run it.
    Never raises for what a migration does: what keeps it from being rehearsed becomes the reason.
    """
    if play.missing:
        return Observation(play.path, Outcome.NOT_REHEARSED, play.missing)
    try:
        with ExitStack() as servers, ThreadPoolExecutor(1) as ahead:
            # A server takes a while to start: the one for the rows does so while the first is at work.
            second = None if seeds is None else ahead.submit(servers.enter_context, opened())
            with opened() as server, _stage(server) as stage:
                seen = _without_rows(play, stage, server.version, gaps)
            if seen.outcome is Outcome.REFUSED_UP or second is None or seeds is None:
                return seen
            with _stage(second.result()) as stage:
                return _over_rows(play, stage, seen, seeds)
    except CannotRehearse as reason:
        return Observation(play.path, Outcome.NOT_REHEARSED, str(reason))
    except psycopg.Error as error:
        return Observation(play.path, Outcome.NOT_REHEARSED, f"PostgreSQL stopped in the middle of it: {error}")


@contextmanager
def _stage(server: Server) -> Iterator[Stage]:
    with server.connect() as session, server.watch() as watcher:
        for one in (session, watcher):
            one.prepare_threshold = None  # a stranger may drop what is prepared
        yield Stage(server, session, Trace(server, session, watcher), watcher)


def _without_rows(play: Play, stage: Stage, server: str, gaps: tuple[str, ...]) -> Observation:
    before = stage.catalogue()
    up = stage.run(play.up, play)
    skipped = play.up.silent + play.down.silent
    seen = Observation(play.path, Outcome.REFUSED_UP, server=server, up=up, skipped=skipped)
    if up.refusal is not None:
        _excuse(up.refusal, gaps + skipped)
        return replace(seen, invalid=invalid_indexes(stage.watcher))
    after = stage.catalogue()
    seen = replace(seen, invalid=invalid_indexes(stage.watcher), down=stage.run(play.down, play))
    if seen.down.refusal is not None:
        _excuse(seen.down.refusal, gaps + skipped)
        return replace(seen, outcome=Outcome.REFUSED_DOWN)
    left = tuple(differences(before, stage.catalogue()))
    seen = replace(seen, outcome=Outcome.NOT_RESTORED if left else Outcome.RESTORED, differences=left)
    again = stage.run(play.up, play)
    changed = () if again.refusal else tuple(differences(after, stage.catalogue()))
    return replace(seen, again=again, changed=changed)


def _excuse(refusal: Refusal, gaps: tuple[str, ...]) -> None:
    """Raise where what is refused may only lack what could not be run."""
    if gaps and refusal.sqlstate in MISSING:
        raise CannotRehearse(f"what only the application can run may have made it ({gaps[0]}): {refusal}")


def _over_rows(play: Play, stage: Stage, seen: Observation, seeds: Seeds) -> Observation:
    """Do it over rows of the tables that it touches, some from before it and some since."""
    rows = Rows(stage.server, stage.session, stage.watcher)
    filled, empty = rows.fill(_touched(seen), seeds.before)
    if not filled:
        return replace(seen, over_rows=OverRows(empty=_names(empty)))
    before = rows.read(filled)
    up = stage.run(play.up, play)
    seen = replace(seen, up=_seen_twice(seen.up, up))
    found = OverRows(_names(filled), _names(empty), up=up.refusal)
    if up.refusal is not None or seen.outcome is Outcome.REFUSED_DOWN:
        return replace(seen, over_rows=found)
    since = Rows(stage.server, stage.session, stage.watcher)
    since.fill([*_touched(seen), *(since.tables.keys() - rows.tables.keys())], seeds.since)
    down = stage.run(play.down, play)
    seen = replace(seen, down=_seen_twice(seen.down, down))
    if down.refusal is not None:
        return replace(seen, over_rows=replace(found, down=down.refusal))
    left = Rows(stage.server, stage.session, stage.watcher)
    after = left.read(table for table in filled if table in left.tables)
    lost = {table for table, those in before.items() if those - after.get(table, those - those)}
    return replace(seen, over_rows=replace(found, lost=_names(lost)))


def _touched(seen: Observation) -> list[Name]:
    """Return the tables that a migration locks in either direction."""
    both = (*seen.up.statements, *seen.down.statements)
    return sorted({effect.on for one in both for effect in one.effects}, key=str)


def _seen_twice(empty: Showing, full: Showing) -> Showing:
    """Return the first showing with what only the second showed of tables."""
    pairs = zip_longest(empty.statements, full.statements[: len(empty.statements)])
    return replace(empty, statements=tuple(_both(*pair) for pair in pairs))


def _both(one: Observed, other: Observed | None) -> Observed:
    return one if other is None else replace(one, effects=tuple(merged(one.effects + other.effects)))


def _names(tables: Iterable[Name]) -> tuple[str, ...]:
    return tuple(sorted(map(str, tables)))

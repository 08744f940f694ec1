"""From intents to files: each intent in its steps, steps side by side where that is safe, each file proven."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.ecto.files import next_version
from rules.schema.conventions import Conventions
from rules.schema.dependence import foreign_keys
from rules.schema.model import Schema
from rules.sentences.drafting.file import NewFile, met, written
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import AlreadyDoneError, CannotDraftError, Step, together
from rules.sentences.drafting.steps import steps_of
from rules.sentences.drafting.surroundings import Surroundings
from rules.sentences.intent import AddColumns, Backfill, CreateTable, DropTable, Intent
from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class Drafted:
    """The migrations that do what was asked for, in the order of their deployment, and what to know about them."""

    files: tuple[NewFile, ...]
    notes: tuple[str, ...] = ()


def draft(intents: Sequence[Intent], schema: Schema, conventions: Conventions, surroundings: Surroundings) -> Drafted:
    """Write what *intents* ask for over *schema*; CannotDraftError where that is impossible, or not safe."""
    settled = schema.settled()
    filled = ((one.table.stored, name) for one in intents if isinstance(one, Backfill) for name, _ in one.sets)
    site = Site(settled, conventions, surroundings, settled, frozenset(filled))
    files: list[NewFile] = []
    notes: list[str] = []
    taken = set(surroundings.names)
    version = max(surroundings.moment, next_version(surroundings.newest))
    for group in _side_by_side(intents):
        try:
            steps = _steps(group, site)
        except AlreadyDoneError as reason:
            if len(intents) == 1:
                raise
            notes.append(str(reason))
            continue
        for step in _merged(steps):
            file, after = written(step, site, version, taken)
            taken.add(file.path.rpartition("/")[2].partition("_")[2].removesuffix(".exs"))
            files.append(file)
            notes += step.notes
            site, version = site.meeting(after), next_version(version)
    if not files:
        raise CannotDraftError(" ".join(notes) or "There is nothing to do.")
    return Drafted(tuple(files), tuple(dict.fromkeys(notes)))


def _side_by_side(intents: Sequence[Intent]) -> Iterator[list[Intent]]:
    """Yield groups of intents whose steps may be taken by turns: the same for other tables, columns and their rows."""
    group: list[Intent] = []
    for intent in intents:
        if group and not _goes_along(intent, group):
            yield group
            group = []
        group.append(intent)
    if group:
        yield group


def _goes_along(intent: Intent, group: Sequence[Intent]) -> bool:
    tables = [_table(one) for one in group]
    if isinstance(intent, Backfill):
        return isinstance(group[-1], AddColumns | Backfill) and tables[-1] == intent.table
    is_alike = all(type(one) is type(intent) for one in group) and not isinstance(intent, CreateTable)
    return is_alike and _table(intent) is not None and _table(intent) not in tables


def _table(intent: Intent) -> Name | None:
    return getattr(intent, "table", None)


def _steps(group: Sequence[Intent], site: Site) -> list[Step]:
    """Return the steps of all intents of a group, stage by stage."""
    found: list[Step] = []
    for intent in _unreferred_first(group, site):
        for step in steps_of(intent, site):
            found.append(step)
            site = site.meeting(met(step, site))
    return sorted(found, key=lambda step: step.stage) if len(group) > 1 else found


def _unreferred_first(group: Sequence[Intent], site: Site) -> list[Intent]:
    """Return intents in an order in which tables that refer to others of them are dropped before those."""
    ordered: list[Intent] = []
    left = list(group)
    while left:
        tables = {_table(one) for one in left if isinstance(one, DropTable)}
        free = [one for one in left if not (tables - {_table(one)}) & _referring(one, site)] or left
        ordered += free
        left = [one for one in left if one not in free]
    return ordered


def _referring(intent: Intent, site: Site) -> set[Name | None]:
    """Return the tables that refer to the one which *intent* drops."""
    if not isinstance(intent, DropTable):
        return set()
    tables = site.schema.tables.values()
    return {one.name for one in tables for key in foreign_keys(one) if key.target == intent.table.stored}


def _merged(steps: Sequence[Step]) -> Iterator[Step]:
    """Yield *steps*, those in one that may run in the same transaction."""
    run: list[Step] = []
    for step in steps:
        if run and not run[-1].goes_along(step):
            yield together(run)
            run = []
        run.append(step)
    if run:
        yield together(run)

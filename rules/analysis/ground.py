"""What a folder's migrations stand on: an empty database, or what a `structure.sql` beside them tells.

A dump is right about the moment when it was written. The migrations that it contains are replayed nevertheless: each of
them is judged over what came before it, and they know how things were written that the dump only shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rules.analysis.history import edited_in
from rules.analysis.judging import met
from rules.analysis.reading import read_file
from rules.ecto.files import folder_of, version_of
from rules.ecto.structure import Dump, dump_beside
from rules.rule import POSTGRES
from rules.schema.model import Schema
from rules.schema.replay import Replay, replay
from rules.schema.structure import Traces, before_all, grounded, has_drifted, read_dump
from rules.source import Change, SourceFile


class Ground:
    """The schema before the first migration of a history, and the order in which they build on it."""

    def __init__(self, history: Change) -> None:
        self._history = history
        self.dump = _dump_among(history.project, history)  # as the change leaves it
        self._base = self.dump if history.dumps is None else _dump_among(history.dumps, history)
        self._dumped = read_dump(self._base.text) if self._base and self._is_postgres() else None
        self._is_met = self._dumped is None
        self._beside = sorted(history.beside, key=_age, reverse=True)

    def _is_postgres(self) -> bool:
        return read_file(self._history.proposed[0], self._history.project).repo.adapter in {None, POSTGRES}

    def in_order(self, files: Iterable[SourceFile]) -> list[SourceFile]:
        """Return *files* as Ecto would run them; those that the dump contains have run already."""
        return sorted(files, key=lambda file: (not self.holds(file), *_age(file)))

    @property
    def is_bare(self) -> bool:
        """Tell whether it is an empty database."""
        return self._dumped is None

    @property
    def beside(self) -> tuple[SourceFile, ...]:
        """The migrations of other folders that are still to be met."""
        return tuple(self._beside)

    def have_run(self, files: Sequence[SourceFile]) -> None:
        """Take it as known what *files* have come to, and what was beside them."""
        for file in files[-1:]:
            self._beside = [other for other in self._beside if _age(other) >= _age(file)]

    @property
    def start(self) -> Schema:
        """What was there before the first migration that is still there."""
        if self._dumped is None:
            return Schema()
        files = (*self._history.merged, *edited_in(self._history), *self._history.proposed)
        held = (file for file in files if self.holds(file))
        return before_all(self._dumped, Traces.of(self._replays(held, Schema())))

    def before(self, file: SourceFile, schema: Schema) -> Schema:
        """Return what *file* meets: what older migrations beside it made, and what the dump tells that lacks it."""
        if not self._is_met and self._dumped is not None and not self.holds(file):
            self._is_met = True
            schema = grounded(self._dumped, schema)
        while self._beside and _age(self._beside[-1]) < _age(file):
            migration = read_file(self._beside.pop(), self._history.project).migration
            passed = replay(schema.beginning(migration.version), migration.up.commands).schema
            # What is run by hand has the regular ones behind it; whether it has run before one of them is not known.
            schema = doubting(schema, passed) if folder_of(file.path).endswith("/migrations") else passed
        return schema

    def holds(self, file: SourceFile) -> bool:
        """Tell whether *file* had run when the dump was written; all have where there is none."""
        if self._dumped is None or self._base is None:
            return True
        # A line of an older version was lost when two branches were merged, and its effect is there.
        is_older = (version_of(file.path) or 0) < max(self._base.versions) and file not in self._history.proposed
        return is_older or version_of(file.path) in self._base.versions

    def loadable(self, files: Iterable[SourceFile]) -> Dump | None:
        """Return the dump, where a database can be made of it that those of *files* have led to which it holds."""
        if self._dumped is None:
            return None
        start, held = self.start, (file for file in files if self.holds(file))
        *_, ended = start, *(done.schema for done in self._replays(held, start))
        return None if has_drifted(self._dumped, ended) else self._base

    def _replays(self, files: Iterable[SourceFile], schema: Schema) -> Iterable[Replay]:
        for file in self.in_order(files):
            migration = read_file(file, self._history.project).migration
            done = replay(schema.beginning(migration.version), migration.up.commands)
            yield done
            schema = done.schema


def ending(history: Change) -> Schema:
    """Return the schema when all migrations of a history have run."""
    ground = Ground(history)
    schema = ground.start
    for file in ground.in_order((*history.merged, *history.proposed)):
        schema = met(read_file(file, history.project), ground.before(file, schema)).after
    return schema.settled()


def _age(file: SourceFile) -> tuple[int, str]:
    return version_of(file.path) or 0, file.path


def doubting(schema: Schema, passed: Schema) -> Schema:
    """Return *schema* without the claim that all is known of the tables that are others in *passed*."""
    changed = {name for name, table in schema.tables.items() if passed.tables.get(name) != table}
    doubtful = {name: replace(schema.tables[name], whole=False) for name in changed}
    return replace(schema, tables={**schema.tables, **doubtful}, whole=schema.whole and passed.whole)


def _dump_among(files: Iterable[SourceFile], history: Change) -> Dump | None:
    first = history.proposed[0]
    return dump_beside(folder_of(first.path), files, read_file(first, history.project).repo)

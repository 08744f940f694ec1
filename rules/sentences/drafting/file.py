"""A step as a file: written as `mix format` writes it, read again, and its rollback proven before anybody sees it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rules.ecto import versions
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.elixir.printer import STEP, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.elixir import CannotWriteError, atom
from rules.rewrite.follow_up import beside, file_name, function, module_text
from rules.rewrite.inverse import undo_all
from rules.schema.model import Schema
from rules.schema.passage import Passage
from rules.schema.verdict import Verdict
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError, Step
from rules.source import SourceFile

RESTORING: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA})
NOT_SAFE: Final = frozenset({Verdict.NOT_RESTORED, Verdict.IRREVERSIBLE, Verdict.FAILS_ON_DATA})
NOTHING: Final = (atom("ok"),)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A migration that a sentence asks for."""

    file: SourceFile
    does: str  # to complete "This migration …"
    verdict: Verdict  # of its rollback
    reason: str
    later: bool  # code has to be released first that keeps to it

    @property
    def path(self) -> str:
        """Where it goes, from the repository's root."""
        return self.file.path


def written(step: Step, site: Site, version: int, taken: Collection[str]) -> tuple[NewFile, Schema]:
    """Write *step*, under a name that is not *taken*, and return what it makes of the schema that it meets."""
    draft = _Draft(step, site, version, _free(file_name(step.name), taken))
    try:
        passage = draft.restoring()
    except (CannotWriteError, ValueError) as error:
        raise CannotDraftError(f"What {step.does} cannot be written so that it can be taken back: {error}.") from error
    _insist_on_ecto(passage.migration.source, site)
    judged = passage.judgement
    if judged.verdict in NOT_SAFE and step.one_way is None:
        raise CannotDraftError(f"What {step.does} could not be taken back. {judged.reason}")
    proven = (judged.verdict, judged.reason) if step.one_way is None else (Verdict.ONE_WAY, step.one_way)
    return NewFile(passage.migration.source, step.does, *proven, step.later), passage.up.schema


def met(step: Step, site: Site) -> Schema:
    """Return what the schema becomes when *step* has run."""
    return _Draft(step, site, 1, "step").read(step.up, None if step.batches is None else ()).up.schema


@dataclass(frozen=True, slots=True)
class _Draft:
    """One step that is being written."""

    step: Step
    site: Site
    version: int
    name: str

    def restoring(self) -> Passage:
        """Return the migration with a way down: Ecto's own where that restores all, or else one that is written."""
        step = self.step
        passage = self.read(step.up, step.down)
        if step.batches is not None or step.down is not None or passage.judgement.verdict in RESTORING:
            return passage
        return self.read(step.up, undo_all(passage.way_up) or NOTHING)

    def read(self, up: Sequence[Syntax], down: Sequence[Syntax] | None) -> Passage:
        """Return the file as others will read it; without *down* it is a `change`."""
        around = self.site.surroundings
        path = f"{around.folder}/{self.version}_{self.name}.exs"
        source = SourceFile(path, self._text(up, down), around.habit.width)
        return Passage(read(parse(source), source, around.project), self.site.schema)

    def _text(self, up: Sequence[Syntax], down: Sequence[Syntax] | None) -> str:
        callbacks = {"change": up} if down is None else {"up": up, "down": down}
        functions: list[list[str]] = [self._function(callback, body) for callback, body in callbacks.items()]
        if self.step.batches is not None:
            functions = self.step.batches.functions()
        return module_text(beside(self.site.surroundings.sibling, self.name), self._attributes(), functions)

    def _function(self, callback: str, body: Sequence[Syntax]) -> list[str]:
        step, habit = self.step, self.site.surroundings.habit
        allowed = [f"allow-file {rule} — {why}" for rule, why in step.allows]
        declared = [f"one-way — {step.one_way}"] if step.one_way else []
        said = [f"  # ecto-fix: {one}" for one in (*allowed, *declared)] if callback != "down" else []
        return [*said, *function(callback, lines(body, 2 * STEP, habit))]

    def _attributes(self) -> Iterable[str]:
        if self.step.is_apart:
            yield "disable_ddl_transaction"
            if self.site.surroundings.project.repo.locks_in_transaction:
                yield "disable_migration_lock"


def _insist_on_ecto(source: SourceFile, site: Site) -> None:
    """Raise where the project's Ecto would pass over what keeps a step from taking long."""
    version = site.surroundings.project.version
    if version < versions.VALIDATE and "validate: false" in source.text:
        here = ".".join(map(str, version[:2]))
        raise CannotDraftError(f"That takes `validate: false`, which ecto_sql has since 3.5: this project has {here}.")


def _free(name: str, taken: Collection[str]) -> str:
    """Return *name*, or the first with a number behind it that is not *taken*."""
    return next(one for one in (name, *(f"{name}_{number}" for number in range(2, len(taken) + 3))) if one not in taken)

"""What a rehearsal of a change has to run: for each database its history as SQL, and the migrations that are tried."""

from collections.abc import Iterator

from rules.analysis.history import edited_in, histories, in_order
from rules.analysis.reading import Reading, ecto_of, read_file
from rules.ecto.files import is_passed_over
from rules.postgres.program import Play, Program, Ran, play, ran
from rules.rule import POSTGRES
from rules.settings import Settings
from rules.source import Change, SourceFile


def programs(change: Change, settings: Settings, *, together: bool = True) -> tuple[Program, ...]:
    """Return what to rehearse: the proposed migrations on top of each other, or each on what came before it."""
    build = _together if together else _each
    return tuple(build(history) for history in histories(change, settings))


def _together(history: Change) -> Program:
    edited = edited_in(history)
    merged = in_order((*history.merged, *edited))
    new = [file for file in in_order(history.proposed) if file not in edited.values()]
    plays = [_play(edited[file], place, history) for place, file in enumerate(merged) if file in edited]
    plays += [_play(file, len(merged) + place, history) for place, file in enumerate(new)]
    return Program(tuple(_ran((*merged, *new), history)), tuple(plays))


def _each(history: Change) -> Program:
    files = in_order((*history.merged, *history.proposed))
    proposed = frozenset(history.proposed)
    plays = tuple(_play(file, place, history) for place, file in enumerate(files) if file in proposed)
    return Program(tuple(_ran(files, history)), plays)


def _ran(files: tuple[SourceFile, ...] | list[SourceFile], history: Change) -> Iterator[Ran]:
    for file in files:
        reading = read_file(file, history.project)
        if _missing(reading):
            yield Ran(file.path, (), silent=(f"all of {file.path}",))
        else:
            yield ran(reading.migration, ecto_of(reading))


def _play(file: SourceFile, after: int, history: Change) -> Play:
    reading = read_file(file, history.project)
    missing = _missing(reading)
    return Play(file.path, after, missing=missing) if missing else play(reading.migration, after, ecto_of(reading))


def _missing(reading: Reading) -> str:
    """Say why a file has no SQL to run; nothing where it has."""
    if is_passed_over(reading.migration.source.path):
        return "Ecto does not run a file of this name"
    if reading.broken:
        return "it is not Elixir"
    if reading.migration.module is None:
        return "it defines no migration"
    if reading.repo.adapter not in {None, POSTGRES}:
        return f"it is not for PostgreSQL but for {reading.repo.adapter}"
    return ""

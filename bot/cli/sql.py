"""`ecto-fix sql`: the statements that Ecto would send."""

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.local.repository import nothing, read_file, select
from bot.cli.main import CannotRun
from bot.cli.output.as_json import Format
from bot.cli.printable import as_document, on_one_line, printable
from rules.ecto.migration import Failure, Migration
from rules.ecto.projects import Projects
from rules.ecto.reader import read
from rules.ecto.versions import Version, parse_version
from rules.elixir.parser import read as parse
from rules.postgres.program import silence, unread_in
from rules.postgres.statements import Script, script
from rules.source import SourceFile


class Direction(Enum):
    """Which way a migration runs."""

    UP = "up"
    DOWN = "down"


def command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATHS", help="Files, folders or a repository's root.")],
    direction: Annotated[Direction | None, typer.Option(help="Only one way; both if not given.")] = None,
    ecto: Annotated[
        str | None, typer.Option(metavar="VERSION", help="ecto_sql's release instead of mix.lock's.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Print what Ecto would send to PostgreSQL, or the error that it would raise.

    Transaction control and the bookkeeping of schema_migrations are left out. Environment variables count as unset,
    Mix.env() is prod. Exit status: 0, or 2 where it could not run.
    """
    version = None if ecto is None else parse_version(ecto)
    if ecto is not None and version is None:
        raise CannotRun(f"{ecto} is no release of ecto_sql, such as 3.11.3")
    sources, project = gather(paths, version)
    ways = tuple(Direction) if direction is None else (direction,)
    files = [(source, said(source, project, ways)) for source in sources]
    if format_ is Format.JSON:
        document = {"files": [{"path": source.path} | as_json(source, runs) for source, runs in files]}
        sys.stdout.write(as_document(document))
        return
    for source, runs in files:
        for way, run in runs.items():
            sys.stdout.write(as_text(source, way, run))


def gather(paths: list[Path], version: Version | None) -> tuple[list[SourceFile], Projects]:
    """Return the migrations at *paths*, and a named file even where no migration belongs, with their project."""
    selection = select(paths, base=None)
    sources = {source.path: source for source in selection.change.proposed}
    for path in paths:
        inside = path.resolve().relative_to(selection.root).as_posix()
        if path.is_file() and inside not in sources:
            named = read_file(path, inside)
            if not isinstance(named, SourceFile):
                raise CannotRun(f"{path} is not read: {named.reason}")
            sources[inside] = named
    if not sources:
        print(nothing(selection), file=sys.stderr)
    return list(sources.values()), Projects(selection.change.project, version=version, environment={}, mix_env="prod")


def said(source: SourceFile, projects: Projects, ways: tuple[Direction, ...]) -> dict[Direction, Script]:
    """Return what each direction of a migration sends."""
    project = projects.of(source.path)
    migration: Migration = read(parse(source), source, project)
    runs = {Direction.UP: migration.up, Direction.DOWN: migration.down}
    return {way: script(runs[way], project.version) for way in ways}


def as_json(source: SourceFile, runs: dict[Direction, Script]) -> dict[str, Any]:
    """Return the directions of a file with their statements, errors and what could not be read.

    *silent* tells of statements that are sent, but whose text only the running system knows.
    """
    return {
        way.value: {
            "sql": [statement.sql for statement in run.statements],
            "error": None if run.failure is None else {"class": run.failure.kind, "message": run.failure.message},
            "unread": [
                {"line": source.line_at(unread.span.start), "reason": unread.reason, "subject": unread.subject or None}
                for command in run.silent
                for unread in unread_in(command)
            ],
            "silent": [
                {"line": source.line_at(command.span.start), "reason": reason}
                for command in run.silent
                if (reason := silence(command)) is not None
            ],
        }
        for way, run in runs.items()
    }


def as_text(source: SourceFile, way: Direction, run: Script) -> str:
    """Return one direction of a file as a script of SQL, with what it lacks in comments."""
    lines = [
        f"-- {on_one_line(source.path)} ({way.value})",
        *(f"{printable(statement.sql).rstrip().rstrip(';')};" for statement in run.statements),
    ]
    for command in run.silent:
        reasons = [unread.reason for unread in unread_in(command)] or [silence(command) or "not known"]
        lines += [
            f"-- line {source.line_at(command.span.start)} is not shown: {on_one_line(reason)}" for reason in reasons
        ]
    if run.failure is not None:
        lines += error_lines(run.failure)
    return "\n".join(lines) + "\n\n"


def error_lines(failure: Failure) -> list[str]:
    """Return an error as comments."""
    return [f"-- ** ({failure.kind}) {printable(line)}" for line in failure.message.splitlines() or [""]]

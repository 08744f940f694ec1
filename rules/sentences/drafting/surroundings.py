"""What a new migration must know of the project around it: where it goes, how others are written, what code uses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from rules.ecto.code import NO_CODE, Code
from rules.ecto.files import folder_of, is_migration, name_of, version_of
from rules.ecto.project import ALONE, Project
from rules.ecto.reader import read
from rules.elixir.formatter import line_length
from rules.elixir.parser import read as parse
from rules.elixir.printer import Habit, habit_of
from rules.source import SourceFile

USUAL_FOLDER: Final = "priv/repo/migrations"
APPLICATION: Final = re.compile(r"\bapp:\s*:([a-z]\w*)")
OLDEST_POSTGRES: Final = 14  # that is still supported


@dataclass(frozen=True)
class Surroundings:
    """Where new migrations go, and what they must fit; *moment* is the time, as a version says it."""

    moment: int
    folder: str = USUAL_FOLDER
    newest: int = 0  # the highest version that is there
    names: frozenset[str] = frozenset()  # of the files that are there, without their versions
    sibling: str = "Repo.Migrations.Next"  # a module in the same place
    project: Project = ALONE
    habit: Habit = Habit()  # noqa: RUF009 - frozen
    code: Code = NO_CODE
    postgres: int = OLDEST_POSTGRES

    def knowing(self, code: Code, postgres: int = OLDEST_POSTGRES) -> "Surroundings":
        """Return the same with what runs beside the migrations: the application, and PostgreSQL's major version."""
        return replace(self, code=code, postgres=postgres)


def surroundings(
    moment: int, folder: str, merged: Sequence[SourceFile], project: Project, files: Sequence[SourceFile] = ()
) -> Surroundings:
    """Return what surrounds a new migration in *folder*, beside those that are *merged* there, the oldest first.

    *files* are those that explain the project: its formatter's configuration among them.
    """
    here = [file for file in merged if is_migration(file.path) and folder_of(file.path) == folder]
    newest = max(here, key=lambda file: version_of(file.path) or 0, default=None)
    width = line_length(f"{folder}/1_next.exs", files)
    text = "" if newest is None else newest.text
    return Surroundings(
        moment,
        folder,
        max((version_of(file.path) or 0 for file in here), default=0),
        frozenset(name_of(file.path) for file in here),
        _sibling(newest, project, files),
        project,
        habit_of(SourceFile(folder, text, width)),
    )


def _sibling(newest: SourceFile | None, project: Project, files: Sequence[SourceFile]) -> str:
    """Return a module beside which a new one goes: that of the newest migration, or what the repo is called."""
    module = None if newest is None else read(parse(newest), newest, project).module
    if module is not None and "." in module:
        return module
    applications = (APPLICATION.search(file.text) for file in files if file.path == "mix.exs")
    application = next((found[1] for found in applications if found), "")
    usual = ".".join(filter(None, ("".join(word.capitalize() for word in application.split("_")), "Repo")))
    return f"{(project.repo.module or usual).removeprefix('Elixir.')}.Migrations.Next"

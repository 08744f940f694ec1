"""What surrounds a migration: its repo, the release of ecto_sql, the files that may be read, the environment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import normpath
from typing import Final

from rules.ecto.config import NO_REPO, Repo
from rules.ecto.scope import Module
from rules.ecto.values import Value
from rules.ecto.versions import LATEST, Version
from rules.source import SourceFile


@dataclass(frozen=True, slots=True)
class Project:
    """What a reader may know beside the migration itself."""

    repo: Repo = NO_REPO
    version: Version = LATEST
    prefix: str | None = None  # `--prefix` of the migrator
    files: Mapping[str, SourceFile] = field(default_factory=dict)  # by path from the repository's root
    modules: Mapping[str, Module] = field(default_factory=dict)  # those of other files that migrations use
    complete: bool = False  # whether *files* is everything: a file that is not there does not exist
    environment: Mapping[str, str] | None = None  # the process's environment variables, where they are known
    mix_env: str | None = None  # what Mix.env() is, where that is known
    settings: Mapping[tuple[str, str], Value] = field(default_factory=dict)  # by application and key, from config/*.exs

    def file(self, path: str) -> SourceFile | None:
        """Return the file at *path*, which may go up and down."""
        return self.files.get(normpath(path).removeprefix("./"))


ALONE: Final = Project()

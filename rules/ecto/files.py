"""Which files of a repository are migrations, and which explain them: by path alone."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

VERSION: Final = "%Y%m%d%H%M%S"  # as `mix ecto.gen.migration` writes the time
# Ecto collects `**/<integer>_<name>.exs` below the migrations path, which `priv:` and tenants may rename.
MIGRATION: Final = re.compile(
    r"(?P<folder>(?:[^/]+/)*?[\w.-]*migrations[\w.-]*)/(?:[^/]+/)*(?P<version>\d+)_(?P<name>[^/]*)\.exs"
)
# Tests and `.formatter.exs` lie among migrations, too, and so do modules with plain names, which nobody takes for one.
PASSED_OVER: Final = re.compile(
    r"(?:[^/]+/)*priv/(?:[^/]+/)*migrations/(?:[^/]+/)*(?:\d+_[^/]*\.ex|(?!\.)[^/]*(?<!_test)\.exs)"
)
EXPLANATION: Final = re.compile(
    r"(?:[^/]+/)*(?:config/[^/]+\.exs|mix\.exs|mix\.lock|\.formatter\.exs|structure\.sql|priv/(?:[^/]+/)*[^/]+\.sql|lib/(?:[^/]+/)*[^/]*(?:repo|migration)[^/]*\.ex)"
)
# The application's own modules; `web` is where Phoenix 1.2 had them. What lies below another folder is a dependency.
CODE: Final = re.compile(r"(?:apps/[^/]+/|[^/]+/)?(?:lib|web)/(?:[^/]+/)*[^/]+\.ex")


def is_migration(path: str) -> bool:
    """Tell whether Ecto would run the file at *path* (from the repository's root, with `/`)."""
    return MIGRATION.fullmatch(path) is not None


def is_passed_over(path: str) -> bool:
    """Tell whether the file lies among migrations, and Ecto does not run it for its name."""
    return PASSED_OVER.fullmatch(path) is not None and not is_migration(path)


def is_judged(path: str) -> bool:
    """Tell whether the file at *path* is a migration, or may have been meant as one."""
    return is_migration(path) or is_passed_over(path)


def explains(path: str) -> bool:
    """Tell whether *path* holds configuration, versions, a repo or a migration template that migrations depend on."""
    return EXPLANATION.fullmatch(path) is not None


def is_dump(path: str) -> bool:
    """Tell whether `mix ecto.dump` would write the file at *path*."""
    return path.rpartition("/")[2] == "structure.sql"


def is_code(path: str) -> bool:
    """Tell whether *path* holds a module of the application, which may name tables and columns."""
    return CODE.fullmatch(path) is not None and not path.startswith(("deps/", "_build/", "test/"))


def version_of(path: str) -> int | None:
    """Return the integer that the file's name begins with, or None where *path* is no migration."""
    match = MIGRATION.fullmatch(path)
    return int(match["version"]) if match else None


def name_of(path: str) -> str:
    """Return what follows the version in the file's name, which Ecto wants to be unique, too."""
    match = MIGRATION.fullmatch(path)
    return match["name"] if match else ""


def share_database(folder: str, other: str) -> bool:
    """Tell whether two folders are of one repo, as `priv/repo/migrations` and `priv/repo/manual_migrations` are."""
    return folder != other and folder.rpartition("/")[0] == other.rpartition("/")[0] and "/" in folder


def folder_of(path: str) -> str:
    """Return the migrations folder that *path* lies in; histories of different folders do not meet."""
    match = MIGRATION.fullmatch(path)
    return match["folder"] if match else path.rpartition("/")[0]


def next_version(version: int) -> int:
    """Return the version a second later, as `mix ecto.gen.migration` counts; the next number where it is no time."""
    try:
        moment = datetime.strptime(str(version), VERSION).replace(tzinfo=UTC)
    except ValueError:
        return version + 1
    return int((moment + timedelta(seconds=1)).strftime(VERSION))

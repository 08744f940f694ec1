"""A pull request of migrations, reviewed without a repository: for pages, literate tests and laws."""

import re
from collections.abc import Iterable, Sequence
from textwrap import dedent, indent

from rules.analysis import analyse
from rules.ecto.files import explains, is_code
from rules.finding import Finding, Report
from rules.rewrite.edit import Rewrite
from rules.rewriting import rewrite_all
from rules.rule import Rule
from rules.settings import Settings
from rules.source import Change, SourceFile

FOLDER = "priv/repo/migrations"
FIRST_VERSION = 20240101000000


def wrapped(code: str, number: int) -> str:
    """Return *code* as a whole file: callbacks alone are put into a migration."""
    code = dedent(code).strip("\n")
    if re.search(r"^defmodule ", code, re.MULTILINE) or not re.search(r"^def ", code, re.MULTILINE):
        return f"{code}\n"
    return f"defmodule Shop.Repo.Migrations.Step{number} do\n  use Ecto.Migration\n\n{indent(code, '  ')}\nend\n"


def files(codes: Iterable[str], first: int) -> tuple[SourceFile, ...]:
    """Return one file for each of *codes*, numbered from *first*; one that begins with a path lies there."""
    return tuple(SourceFile(path_of(code, number), wrapped(code, number)) for number, code in enumerate(codes, first))


def path_of(code: str, number: int) -> str:
    """Return where a file lies: at the path in its first line, `# priv/…/1_name.exs`, or as its number says."""
    said = re.match(r"(?:#|--) (\S+/\S+\.(?:exs?|sql))\n", dedent(code).lstrip("\n"))
    return said[1] if said else f"{FOLDER}/{FIRST_VERSION + number}_step{number}.exs"


def change(history: Sequence[str], proposed: Sequence[str], project: Sequence[SourceFile] = ()) -> Change:
    """Return the pull request that proposes some migrations on top of others, or edits those at the same path.

    A module of the application that the history has twice is that of the base branch, and what becomes of it.
    """
    before, after = files(history, 1), files(proposed, len(history) + 1)
    migrations, running = _parted(before)
    ours, written = _parted(after)
    edited = {file.path for file in after}
    explaining = {file.path: file for file in (*before, *after) if explains(file.path)}
    return Change(
        merged=tuple(file for file in migrations if file.path not in edited),
        proposed=ours,
        project=(*project, *explaining.values()),
        replaced=tuple(file for file in migrations if file.path in edited),
        running=tuple({file.path: file for file in reversed(running)}.values()),
        coming=tuple({file.path: file for file in (*running, *written)}.values()),
    )


def _parted(files: Iterable[SourceFile]) -> tuple[tuple[SourceFile, ...], tuple[SourceFile, ...]]:
    """Part migrations from the application's code, and leave out what only explains."""
    all_files = tuple(files)
    code = tuple(file for file in all_files if is_code(file.path))
    return tuple(file for file in all_files if file not in code and not explains(file.path)), code


def with_rule(rule: Rule) -> Settings:
    """Return settings that turn a rule on which is off until it is asked for."""
    return Settings(requested=frozenset({rule.name}))


def review(of: Change, settings: Settings | None = None) -> Report:
    """Judge a pull request."""
    return analyse(of, settings or Settings())


def rewritten(of: Change, settings: Settings | None = None) -> tuple[SourceFile, ...]:
    """Return the proposed files with all their rewrites, in the order of deployment."""

    def wanted(finding: Finding, rewrite: Rewrite) -> bool:  # noqa: ARG001 - all are, whatever they say
        return True

    done = rewrite_all(of, lambda change: review(change, settings), wanted)
    edited = {file.path: file for file in done.edited}
    proposed = (edited.get(file.path, file) for file in of.proposed)
    return tuple(sorted((*proposed, *done.added), key=lambda file: file.path))

"""A pull request of migrations, reviewed without a repository: for pages, literate tests and laws."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from textwrap import dedent, indent

from rules.analysis import analyse
from rules.analysis.example import path_of, pull_request
from rules.finding import Finding, Report
from rules.rewrite.edit import Rewrite
from rules.rewriting import rewrite_all
from rules.rule import Rule
from rules.settings import Settings
from rules.source import Change, SourceFile


def wrapped(code: str, number: int) -> str:
    """Return *code* as a whole file: callbacks alone are put into a migration."""
    code = dedent(code).strip("\n")
    if re.search(r"^defmodule ", code, re.MULTILINE) or not re.search(r"^def ", code, re.MULTILINE):
        return f"{code}\n"
    return f"defmodule Shop.Repo.Migrations.Step{number} do\n  use Ecto.Migration\n\n{indent(code, '  ')}\nend\n"


def files(codes: Iterable[str], first: int) -> tuple[SourceFile, ...]:
    """Return one file for each of *codes*, numbered from *first*; one that begins with a path lies there."""
    return tuple(
        SourceFile(path_of(dedent(code).lstrip("\n"), number), wrapped(code, number))
        for number, code in enumerate(codes, first)
    )


def change(history: Sequence[str], proposed: Sequence[str], project: Sequence[SourceFile] = ()) -> Change:
    """Return the pull request that proposes some migrations on top of others, or edits those at the same path."""
    made = pull_request(files(history, 1), files(proposed, len(history) + 1))
    return replace(made, project=(*project, *made.project))


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

"""The example on a rule's page as a pull request, and what it does to tables that others use."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from rules.analysis import analyse
from rules.ecto.files import explains, is_code
from rules.finding import Finding
from rules.rule import Rule
from rules.settings import Settings
from rules.settings.keys import NEWEST_POSTGRES, OLDEST_POSTGRES
from rules.source import Change, SourceFile

FOLDER: Final = "priv/repo/migrations"
FIRST_VERSION: Final = 20240101000000
AT_PATH: Final = re.compile(r"(?:#|--) (\S+/\S+\.(?:exs?|sql))\n")


def path_of(code: str, number: int) -> str:
    """Return where a file lies: at the path in its first line, `# priv/…/1_name.exs`, or as its number says."""
    said = AT_PATH.match(code)
    return said[1] if said else f"{FOLDER}/{FIRST_VERSION + number}_step{number}.exs"


def pull_request(before: Iterable[SourceFile], after: Iterable[SourceFile]) -> Change:
    """Return the change that proposes the files *after* on top of those *before*, or edits those at the same path.

    A module of the application that is in both is that of the base branch, and what becomes of it.
    """
    before, after = tuple(before), tuple(after)
    edited = {file.path for file in after}
    migrations = [file for file in before if _runs(file.path)]
    code = [[file for file in files if is_code(file.path)] for files in (before, after)]
    return Change(
        merged=tuple(file for file in migrations if file.path not in edited),
        proposed=tuple(file for file in after if _runs(file.path)),
        project=tuple({file.path: file for file in (*before, *after) if explains(file.path)}.values()),
        replaced=tuple(file for file in migrations if file.path in edited),
        running=tuple({file.path: file for file in reversed(code[0])}.values()),
        coming=tuple({file.path: file for file in (*code[0], *code[1])}.values()),
    )


def example(rule: Rule) -> tuple[tuple[SourceFile, ...], SourceFile]:
    """Return the history that the example on a rule's page builds on, and the migration with the hazard."""
    codes = enumerate((*rule.page.given, rule.page.hazard), 1)
    *given, hazard = (SourceFile(path_of(code, number), code) for number, code in codes)
    return tuple(given), hazard


@cache
def example_effects(rule: Rule) -> tuple[str, ...]:
    """Return the locks of the page's hazard as a comment would show them; nothing for a rule that is about no lock."""
    found = _found(rule, Settings().postgres) if rule.locks else ()
    return tuple(dict.fromkeys(str(effect) for finding in found for effect in finding.effects))


@cache
def example_versions(rule: Rule) -> tuple[int, ...]:
    """Return the major versions of PostgreSQL on which the page's hazard is one."""
    return tuple(version for version in range(OLDEST_POSTGRES, NEWEST_POSTGRES + 1) if _found(rule, version))


def _found(rule: Rule, version: int) -> tuple[Finding, ...]:
    given, hazard = example(rule)
    settings = Settings(requested=frozenset({rule.name}), postgres=version)
    report = analyse(pull_request(given, (hazard,)), settings)
    return tuple(finding for finding in report.findings if finding.rule == rule.name)


def _runs(path: str) -> bool:
    return not is_code(path) and not explains(path)

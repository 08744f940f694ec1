"""The message of the commit that a command makes: what was done, for whom, and because of which comment."""

import re
from collections.abc import Iterable
from typing import Final

from rules.finding import Finding
from workers.github.models import Collaborator
from workers.jobs import RunCommand

# Letters that mean nothing to GitHub: no mention, no `fixes #1`, no `[skip ci]`, no trailer of somebody else's.
UNPLAIN: Final = re.compile(r"[^A-Za-z0-9 _./,-]")
LOGIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
TRAILER: Final = "Ecto-Fix-Comment"
LONGEST_LINE: Final = 160
MOST_LISTED: Final = 100


def commit_message(command: RunCommand, by: Collaborator, answered: Iterable[Finding]) -> tuple[str, str]:
    """Return headline and body of the commit that answers findings, which *by* asked for."""
    findings = [finding for finding in answered if finding.rewrite]
    files = len({finding.path for finding in findings})
    headline = f"Rewrite {files} migration{'' if files == 1 else 's'} to deploy and roll back safely"
    done = [f"- {_plain(finding.path)}, {_plain(finding.rewrite.title)}" for finding in findings if finding.rewrite]
    return headline, "\n".join([*dict.fromkeys(done[:MOST_LISTED]), "", *_trailers(command, by)])


def declaration_message(command: RunCommand, by: Collaborator, paths: Iterable[str]) -> tuple[str, str]:
    """Return headline and body of the commit that writes down what *by* said of the migrations at *paths*."""
    named = [f"- {_plain(path)}" for path in paths]
    return "Say why a migration is as it is", "\n".join([*named[:MOST_LISTED], "", *_trailers(command, by)])


def addition_message(command: RunCommand, by: Collaborator, paths: Iterable[str]) -> tuple[str, str]:
    """Return headline and body of the commit that adds the migrations at *paths*, which *by* asked for."""
    named = [f"- {_plain(path)}" for path in paths]
    headline = f"Add {len(named)} migration{'' if len(named) == 1 else 's'} as asked for"
    return headline, "\n".join([*named[:MOST_LISTED], "", *_trailers(command, by)])


def was_committed(command: RunCommand, messages: Iterable[str]) -> bool:
    """Tell whether one of *messages* is that of the commit made for *command*."""
    trailer = _trailer(command)
    return any(trailer in message.splitlines() for message in messages)


def _trailers(command: RunCommand, by: Collaborator) -> list[str]:
    known = LOGIN.fullmatch(by.login) is not None
    author = [f"Co-authored-by: {by.login} <{by.id}+{by.login}@users.noreply.github.com>"] if known else []
    return [*author, _trailer(command)]


def _trailer(command: RunCommand) -> str:
    return f"{TRAILER}: {command.name}"


def _plain(text: str) -> str:
    return UNPLAIN.sub("?", text.replace("`", ""))[:LONGEST_LINE]

"""The message of the commit that a command makes: what was done, for whom, and because of which comment."""

import re
from collections.abc import Iterable
from typing import Final

from rules.rewriting import Rewritten
from workers.commands.command import Request
from workers.jobs import RunCommand

# Letters that mean nothing to GitHub: no mention, no `fixes #1`, no `[skip ci]`, no trailer of somebody else's.
UNPLAIN: Final = re.compile(r"[^A-Za-z0-9 _./,-]")
LOGIN: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
TRAILER: Final = "Ecto-Fix-Comment"
LONGEST_LINE: Final = 160


def commit_message(request: Request, rewritten: Rewritten) -> tuple[str, str]:
    """Return headline and body."""
    files = len({finding.path for finding in rewritten.answered})
    headline = f"Rewrite {files} migration{'s' if files > 1 else ''} to deploy and roll back safely"
    lines = [f"- {finding.path} {finding.rewrite.title}" for finding in rewritten.answered if finding.rewrite]
    done = [f"- {_plain(line[2:])}" for line in dict.fromkeys(lines)]
    return headline, "\n".join([*done, "", *_trailers(request)])


def was_committed(command: RunCommand, messages: Iterable[str]) -> bool:
    """Tell whether one of *messages* is that of the commit made for *command*."""
    trailer = _trailer(command)
    return any(trailer in message.splitlines() for message in messages)


def _trailers(request: Request) -> list[str]:
    login = request.by.login
    known = LOGIN.fullmatch(login) is not None
    author = [f"Co-authored-by: {login} <{request.by.id}+{login}@users.noreply.github.com>"] if known else []
    return [*author, _trailer(request.command)]


def _trailer(command: RunCommand) -> str:
    return f"{TRAILER}: {command.comment_id}"


def _plain(text: str) -> str:
    return UNPLAIN.sub("?", text.replace("`", ""))[:LONGEST_LINE]

"""`ecto-fix inbox`: what waits, what was given up and why; try it again, or forget it."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError
from redis import Redis
from redis.exceptions import RedisError

from bot.cli.main import CannotRun
from bot.cli.output.complaint import told
from bot.cli.printable import as_document, on_one_line
from workers.environment import Environment
from workers.memory.census import Census, Entry, entries
from workers.memory.connection import connect
from workers.memory.inbox import Inbox

UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60))


class Act(StrEnum):
    """What is done with the inbox, or with one of its jobs."""

    LIST = "list"
    SHOW = "show"
    RETRY = "retry"
    DROP = "drop"


class Form(StrEnum):
    """For whom the answer is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an act came to, for programs and for people."""

    document: Any
    text: str


def command(
    act: Annotated[Act, typer.Argument(help="What to do.")] = Act.LIST,
    job: Annotated[str, typer.Argument(help="Which job, as the list names it; not for list.")] = "",
    form: Annotated[Form, typer.Option("--format", help="For people or for programs.")] = Form.TEXT,
) -> None:
    """List what is due and what was given up; show, retry or drop one job.

    It asks the Redis that ECTO_FIX_REDIS_URL names. Dropping reaches further than one job with `7:acme/shop#` for a
    repository, or `7:` for an installation. Exit status: 0, or 2 where it could not run or there is no such job.
    """
    if bool(job) is (act is Act.LIST):
        raise CannotRun("list takes no job" if job else f"{act.value} which job? `ecto-fix inbox list` names them")
    try:
        settings = Environment()
        answer = ACTS[act](connect(settings.redis_url), settings.redis_prefix, job)
    except ValidationError as error:
        raise CannotRun(told(error)) from None
    except RedisError as error:
        raise CannotRun(f"Redis does not answer: {type(error).__name__}") from None
    if answer is None:
        raise CannotRun(f"there is no such job: {on_one_line(job)}")
    sys.stdout.write(as_document(answer.document) if form is Form.JSON else f"{answer.text}\n")


def _list(redis: Redis, prefix: str, _job: str) -> Answer:
    found = entries(redis, prefix)
    count = Census.of(found)
    lines = [_line(one) for one in found]
    lines.append(f"{count.due} due, {count.held} held, {count.later} later, {count.dead} dead")
    return Answer({"census": asdict(count), "jobs": [_plain(one) for one in found]}, "\n".join(lines))


def _show(redis: Redis, prefix: str, job: str) -> Answer | None:
    for one in entries(redis, prefix):
        if one.id == job:
            named = ((name, on_one_line(str(value))) for name, value in _plain(one).items())
            return Answer(_plain(one), "\n".join(f"{name:<11}{value}".rstrip() for name, value in named))
    return None


def _retry(redis: Redis, prefix: str, job: str) -> Answer | None:
    if not Inbox(redis, prefix).retry(job):
        return None
    return Answer({"retried": job}, f"{on_one_line(job)} is due again; a worker takes it within seconds.")


def _drop(redis: Redis, prefix: str, job: str) -> Answer | None:
    count = Inbox(redis, prefix).drop(job)
    return Answer({"dropped": count}, f"Forgot {count} {'job' if count == 1 else 'jobs'}.") if count else None


def _line(one: Entry) -> str:
    reason = f"  {on_one_line(one.reason)}" if one.reason else ""
    return f"{one.state.value:<5}  {_age(one):>9}  {one.attempts:>2} attempts  {on_one_line(one.id)}{reason}"


def _age(one: Entry) -> str:
    seconds = abs(one.seconds)
    number, unit = next(((seconds / size, unit) for unit, size in UNITS if seconds >= size), (seconds, "s"))
    return f"in {number:.0f} {unit}" if one.seconds < 0 else f"{number:.0f} {unit}"


def _plain(one: Entry) -> dict[str, Any]:
    known = {"id": one.id, "state": one.state.value, "seconds": round(one.seconds), "attempts": one.attempts}
    known["reason"] = one.reason
    if one.job is None:
        return known | {"kind": "unreadable"}
    fields = {name: value for name, value in asdict(one.job).items() if name != "key"}
    return known | {"kind": type(one.job).__name__} | fields


ACTS: Final[Mapping[Act, Callable[[Redis, str, str], Answer | None]]] = {
    Act.LIST: _list,
    Act.SHOW: _show,
    Act.RETRY: _retry,
    Act.DROP: _drop,
}

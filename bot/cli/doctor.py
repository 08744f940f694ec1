"""`ecto-fix doctor`: whether receiver and worker have what they need, and what to do where they have not."""

import sys
import time
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Annotated, Final, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from bot.cli.output.as_json import Format
from bot.cli.output.complaint import told
from bot.cli.printable import as_document, on_one_line
from bot.manifest import asked
from bot.settings import Settings as Receiver
from workers.doctor import address, github, redis, rehearsals
from workers.doctor.advice import Health, Line, wrong
from workers.environment import Environment
from workers.memory.connection import connect
from workers.settings import Settings as Worker
from workers.telemetry import redact
from workers.wiring import sign_in

Settings = TypeVar("Settings", bound=Environment)
COLOURS: Final = {Health.OK: "green", Health.WARNING: "yellow", Health.WRONG: "bold red"}


class Part(Enum):
    """Whose needs are looked at, where the two run on different machines."""

    BOTH = "both"
    RECEIVER = "receiver"
    WORKER = "worker"


CORRECT: Final = "Correct the environment, or the folder that ECTO_FIX_SECRETS names."


def command(
    part: Annotated[Part, typer.Argument(help="Who runs here.")] = Part.BOTH,
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Say whether receiver and worker have what they need, and what to do where they have not.

    It looks at the settings, Redis, GitHub, the clock, PostgreSQL, the walls, the secrets and the address. Nothing is
    changed, and no secret is shown. Exit status: 0 nothing is wrong, 1 something is.
    """
    lines = [_shown(line) for line in examined(part, time.time)]
    if format_ is Format.JSON:
        said = [{"about": one.about, "health": one.health.value, "said": one.said, "do": one.remedy} for one in lines]
        sys.stdout.write(as_document({"lines": said}))
    else:
        show(lines)
    raise typer.Exit(1 if any(one.health is Health.WRONG for one in lines) else 0)


def examined(part: Part, clock: Callable[[], float]) -> Iterator[Line]:
    """Look at one thing after the other; what settings are wrong with costs only what needs them."""
    receiver, worker = _read(Receiver), _read(Worker)
    if part is not Part.WORKER:
        yield from _of_receiver(receiver)
    if part is not Part.RECEIVER and isinstance(worker, str):
        yield wrong("Worker's settings", worker, CORRECT)
    known = next((one for one in (worker, receiver) if not isinstance(one, str)), None)
    if known is None:
        return
    client = connect(known.redis_url)
    yield from redis.lines(client, known.redis_prefix)
    if part is not Part.RECEIVER and not isinstance(worker, str):
        url = "" if isinstance(receiver, str) else receiver.public_url
        yield from github.lines(sign_in(worker, client), _manifest(url), clock)
        yield from rehearsals.lines(worker.pg_bin, wanted=worker.rehearses)


def _of_receiver(settings: Receiver | str) -> Iterator[Line]:
    if isinstance(settings, str):
        yield wrong("Receiver's settings", settings, CORRECT)
        return
    yield address.secret([one.get_secret_value() for one in settings.webhook_secret])
    yield address.public(settings.public_url)
    yield from address.folder(settings.secrets)


def show(lines: list[Line]) -> None:
    """Print a line for each thing, and below what is not well what to do."""
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(one.about) for one in lines)
    for one in lines:
        health = (f"{one.health.value:<8}", COLOURS[one.health])
        console.print(Text.assemble(health, (f"{one.about:<{width}}  ", "bold"), one.said))
        if one.remedy:
            console.print(Text(f"{'':<{width + 10}}{one.remedy}", style="dim"))


def _read(kind: type[Settings]) -> Settings | str:
    """Return the settings, or what is wrong with them."""
    try:
        return kind()
    except ValidationError as error:
        return told(error)


def _manifest(url: str) -> github.Manifest:
    wanted = asked()
    return github.Manifest(
        {one.name: one.level for one in wanted if one.level},
        [one.name for one in wanted if not one.level],
        f"{url}/webhook" if url else "",
    )


def _shown(line: Line) -> Line:
    return Line(line.about, line.health, on_one_line(redact(line.said)), on_one_line(line.remedy))

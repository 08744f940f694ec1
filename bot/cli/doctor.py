"""`ecto-fix doctor`: whether receiver and worker have what they need, and what to do where they have not."""

import sys
import time
from collections.abc import Callable, Iterator
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
CORRECT: Final = "Correct the environment, or the folder that ECTO_FIX_SECRETS names."


def command(
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Look at Redis, GitHub, the clock, PostgreSQL, the walls, the secrets and the address, as the settings name them.

    Nothing is changed, and no secret is shown. Exit status: 0 nothing is wrong, 1 something is.
    """
    lines = [_shown(line) for line in examined(time.time)]
    if format_ is Format.JSON:
        said = [{"about": one.about, "health": one.health.value, "said": one.said, "do": one.remedy} for one in lines]
        sys.stdout.write(as_document({"lines": said}))
    else:
        show(lines)
    raise typer.Exit(1 if any(one.health is Health.WRONG for one in lines) else 0)


def examined(clock: Callable[[], float]) -> Iterator[Line]:
    """Look at one thing after the other; what settings are wrong with costs only what needs them."""
    receiver, complaint = _read(Receiver)
    if receiver is None:
        yield wrong("Receiver's settings", complaint, CORRECT)
    else:
        yield address.secret([one.get_secret_value() for one in receiver.webhook_secret])
        yield address.public(receiver.public_url)
        yield from address.folder(receiver.secrets)
    worker, complaint = _read(Worker)
    if worker is None:
        yield wrong("Worker's settings", complaint, CORRECT)
    known = worker or receiver
    client = connect(known.redis_url) if known else None
    if known and client:
        yield from redis.lines(client, known.redis_prefix)
    if worker and client:
        url = receiver.public_url if receiver else ""
        yield from github.lines(sign_in(worker, client), _manifest(url), clock)
        yield from rehearsals.lines(worker.pg_bin, wanted=worker.rehearses)


def show(lines: list[Line]) -> None:
    """Print a line for each thing, and below what is not well what to do."""
    console = Console(highlight=False, soft_wrap=True)
    width = max(len(one.about) for one in lines)
    for one in lines:
        health = (f"{one.health.value:<8}", COLOURS[one.health])
        console.print(Text.assemble(health, (f"{one.about:<{width}}  ", "bold"), one.said))
        if one.remedy:
            console.print(Text(f"{'':<{width + 10}}{one.remedy}", style="dim"))


def _read(kind: type[Settings]) -> tuple[Settings | None, str]:
    try:
        return kind(), ""
    except ValidationError as error:
        return None, told(error)


def _manifest(url: str) -> github.Manifest:
    wanted = asked()
    return github.Manifest(
        {one.name: one.level for one in wanted if one.level},
        [one.name for one in wanted if not one.level],
        f"{url.rstrip('/')}/webhook" if url else "",
    )


def _shown(line: Line) -> Line:
    return Line(line.about, line.health, on_one_line(redact(line.said)), on_one_line(line.remedy))

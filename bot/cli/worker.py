"""`ecto-fix worker`: review what is due."""

from typing import Annotated

import typer
from pydantic import ValidationError

from bot.cli.main import CannotRun
from bot.cli.output.complaint import told
from workers.settings import Settings
from workers.wiring import create_worker


def command(
    processes: Annotated[int, typer.Option(help="How many pull requests to work on at once.", min=1)] = 2,
) -> None:
    """Review pull requests and run comment commands; settings come from ECTO_FIX_… variables."""
    try:
        settings = Settings()
    except ValidationError as error:
        raise CannotRun(told(error)) from None
    # The workers have nothing to tell each other: leases and bells are in Redis.
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    create_worker(settings).worker_main(["worker", f"--concurrency={processes}", "--loglevel=INFO", *quiet])

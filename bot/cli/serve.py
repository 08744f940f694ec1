"""`ecto-fix serve`: hear GitHub's webhooks."""

from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError

from bot.cli.main import CannotRun
from bot.cli.output.complaint import told
from bot.server import OPTIONS, ImpatientProtocol
from bot.settings import Settings


def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65_535)] = 8000,
    processes: Annotated[int, typer.Option(help="How many processes answer.", min=1)] = 1,
) -> None:
    """Hear GitHub's webhooks and show the pages; settings come from ECTO_FIX_… variables (docs/self-hosting.md)."""
    try:
        Settings()  # a complaint here, rather than one from each process
    except ValidationError as error:
        raise CannotRun(told(error)) from None
    uvicorn.run(
        "bot.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=processes,
        http=ImpatientProtocol,
        **OPTIONS,
    )

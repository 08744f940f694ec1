"""`ecto-fix schema`: the JSON Schema of what `check --format json` prints."""

import sys
from importlib.resources import files


def command() -> None:
    """Print the JSON Schema of `ecto-fix check --format json`."""
    sys.stdout.write(files("bot.cli.output").joinpath("report.schema.json").read_text())

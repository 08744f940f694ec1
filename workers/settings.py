"""What a worker needs to know of its environment."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr

from workers.environment import Environment

PEM: Final = "-----BEGIN "


def _read_key(given: SecretStr) -> SecretStr:
    """Accept a private key, or the path of a file that holds one."""
    text = given.get_secret_value()
    if not text.startswith(PEM):
        try:
            text = Path(text).read_text("ascii")
        except (OSError, ValueError):
            text = ""
    if not text.startswith(PEM):
        raise ValueError("neither a private key (PEM) nor the path of a file that holds one")
    return SecretStr(text)


class Settings(Environment):
    """What a worker needs, beside what everybody does."""

    app_id: int = Field(default=...)
    private_key: Annotated[SecretStr, AfterValidator(_read_key)] = Field(default=...)
    lease_seconds: float = Field(default=30.0, gt=0)  # a killed worker's pull request waits for so long
    analysis_seconds: float = Field(default=20.0, gt=0)  # ten times the longest history that was measured
    rehearses: bool = True  # where the machine has a PostgreSQL, and walls to put it between
    rehearsal_seconds: float = Field(default=120.0, gt=0)  # for all migrations of a pull request
    pg_bin: Path | None = None  # the folder of PostgreSQL's programs; else the system's newest, else npm's
    templates: Path | None = None  # where databases are kept that hold a history; else beside temporary files
    sweep_seconds: float = Field(default=1.0, gt=0)  # between two looks at what is due and forgotten
    round_seconds: float = Field(default=60.0, gt=0)  # between two looks at what GitHub has and we have not

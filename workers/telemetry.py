"""Logs: one JSON object a line, with what the task is about in each, and no secret in any."""

import logging
import re
import sys
from contextlib import AbstractContextManager
from typing import Any, Final, TextIO

import structlog

# GitHub's tokens of every age and length, JSON Web Tokens, private keys, and passwords in addresses.
SECRET: Final = re.compile(
    r"gh[a-z]_[\w.-]{20,}|github_pat_\w{20,}|eyJ[\w-]+\.[\w-]+\.[\w-]+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=\")|$)"
    r"|(?<=://)[^/@\s\"]*:[^/@\s\"]*(?=@)"
)


def redact(text: str) -> str:
    """Return *text* with whatever looks like a secret made unreadable."""
    return SECRET.sub("[secret]", text)


def configure(stream: TextIO = sys.stderr) -> None:
    """Send our own and all libraries' logs to *stream* as JSON."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
                _redact_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("celery.app.trace").setLevel(logging.WARNING)  # a line for every bell, before and after ours


def about(**what: str | int) -> AbstractContextManager[Any]:
    """Name what everything logged within is about; it is cleared afterwards."""
    return structlog.contextvars.bound_contextvars(**what)


def _redact_line(_logger: Any, _method: str, line: Any) -> str:
    return redact(line)

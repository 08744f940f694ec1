"""Logs are JSON, say what they are about, and keep secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from workers.telemetry import about, configure, redact

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    written = io.StringIO()
    configure(written)
    yield written
    root.handlers, level = before
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_what_the_task_is_about_until_the_task_is_over(stream: io.StringIO) -> None:
    log = structlog.get_logger("workers.test")
    with about(job="42:acme/shop#7", attempt=2):
        log.info("claimed")
    log.info("idle")

    claimed, idle = lines(stream)

    assert claimed.items() >= {"event": "claimed", "job": "42:acme/shop#7", "attempt": 2, "level": "info"}.items()
    assert "job" not in idle


def test_libraries_speak_json_too(stream: io.StringIO) -> None:
    with about(job="x"):
        logging.getLogger("celery").warning("lost %s\nconnection", "the")

    (line,) = lines(stream)

    assert line.items() >= {"event": "lost the\nconnection", "logger": "celery", "job": "x"}.items()


@pytest.mark.parametrize(
    ("secret", "rest"),
    [
        ("ghs_16C7e42F292c6912E7710c838347Ae178B4a", ""),
        ("ghs_" + "eyJhbGciOi.J9" * 40, ""),
        ("github_pat_11ABCDEFG0123456789_abcdefghij", ""),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl", ""),
        (PEM, ""),
        ("redis://user:hunter2-hunter2@redis.internal:6379/0", "redis://[secret]@redis.internal:6379/0"),
        ("redis://:hunter2-hunter2@redis.internal:6379/0", "redis://[secret]@redis.internal:6379/0"),
    ],
)
def test_no_secret_is_logged(stream: io.StringIO, secret: str, rest: str) -> None:
    log = structlog.get_logger("workers.test")
    log.info("said", value=secret, nested={"deep": [secret]})
    try:
        int(secret)
    except ValueError:
        log.exception("raised")

    assert secret not in stream.getvalue()
    assert "hunter2" not in stream.getvalue()
    assert "MIIE" not in stream.getvalue()
    assert lines(stream)[0]["value"] == (rest or "[secret]")


def test_a_key_that_was_cut_off_is_not_logged_either() -> None:
    assert redact(PEM[:50]) == "[secret]"


def test_what_is_no_secret_stays() -> None:
    text = "https://github.com/acme/shop/pull/7 by jo: ghs, PRIVATE KEY, 12:30"

    assert redact(text) == text

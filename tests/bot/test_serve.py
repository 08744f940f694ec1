"""`ecto-fix serve` and `ecto-fix worker`, as processes."""

import http.client
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.services.ports import free_port, wait_for_port
from tests.bot.sender import SECRET

# What these processes run is measured, too.
MEASURED = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}  # noqa: TID251  # coverage's
PROGRAM = Path(sys.executable).parent / "ecto-fix"


def test_serve_answers_until_it_is_told_to_end(redis_url: str) -> None:
    port = free_port()
    environment = {"ECTO_FIX_REDIS_URL": redis_url, "ECTO_FIX_WEBHOOK_SECRET": SECRET} | MEASURED
    with subprocess.Popen([PROGRAM, "serve", "--port", str(port)], env=environment, stderr=subprocess.PIPE) as process:
        wait_for_port(port, process)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        headers = dict(response.getheaders())
        connection.close()

        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)

    assert response.status == 200
    assert "server" not in {name.lower() for name in headers}
    assert all(line.startswith(b"{") for line in log.splitlines())


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_what_is_missing_in_the_environment_is_named(command: str) -> None:
    ended = subprocess.run([PROGRAM, command], env=MEASURED, capture_output=True, check=False, timeout=60)

    assert ended.returncode == 2
    assert b"ECTO_FIX_REDIS_URL: not set" in ended.stderr
    assert b"Traceback" not in ended.stderr

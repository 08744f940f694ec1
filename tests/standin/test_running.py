"""The stand-in as others start it: from the command line, from a folder of files."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from deploy.standin.control import StandIn, from_folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_the_command_line_starts_it_with_its_data_where_it_was_told(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "deploy.standin", "--port", str(port), "--data", str(tmp_path / "data")]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    standin = StandIn(f"http://127.0.0.1:{port}")
    try:
        wait_for(standin)
        repository = standin.create_repository("acme/shop", {"mix.exs": "# mix\n"}, by="maria")

        assert repository.read("mix.exs") == "# mix\n"
        assert len(list((tmp_path / "data").glob("*.git"))) == 1
    finally:
        standin.close()
        process.terminate()
        process.wait(10)


def wait_for(standin: StandIn) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            standin.app()
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("The stand-in did not start")


def test_a_repository_can_begin_as_a_folder(standin: StandIn, tmp_path: Path) -> None:
    (tmp_path / "priv/repo").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main\n")
    (tmp_path / "priv/repo/logo.bin").write_bytes(b"\0\xff")

    repository = standin.create_repository("folder/shop", tmp_path, by="maria")

    assert set(from_folder(tmp_path)) == {"priv/repo/logo.bin"}
    assert [each["message"] for each in repository.log()] == ["Begin"]


def test_the_app_can_have_a_number_of_its_own(own: StandIn) -> None:
    own.set_app(number=424_242)

    assert own.app().id == 424_242

"""What goes wrong at a terminal is said in one line that tells what to do, and never by a traceback."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
import typer
from typer.testing import CliRunner

from bot.cli import ast, check, config, fix, replay
from bot.cli.main import CannotRun, application, main

PROGRAM = Path(sys.executable).with_name("ecto-fix")
MIGRATION = "priv/repo/migrations/20260101000000_a.exs"
CREATE = "defmodule A do\n  use Ecto.Migration\n\n  def change do\n    create table(:users)\n  end\nend\n"
REMOVE = CREATE.replace("create table(:users)", 'execute "VACUUM FULL users"')


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    place = tmp_path / "shop" / MIGRATION
    place.parent.mkdir(parents=True)
    place.write_text(REMOVE)
    return tmp_path / "shop"


def ecto_fix(
    root: Path, *arguments: str, to: int = subprocess.PIPE, environment: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, str, str]:
    known = {**os.environ, **environment}  # noqa: TID251 - what a shell hands on
    done = subprocess.run(
        [str(PROGRAM), *arguments], cwd=root, stdout=to, stderr=subprocess.PIPE, env=known, text=True, check=False
    )
    return done.returncode, done.stdout or "", done.stderr


def test_who_stops_reading_hears_nothing(shop: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    status, _, complaint = ecto_fix(shop, "check", "--format", "json", to=writer)

    os.close(writer)
    assert (status, complaint) == (141, "")


def test_a_full_disk_is_told(shop: Path) -> None:
    disk = os.open("/dev/full", os.O_WRONLY)

    status, _, complaint = ecto_fix(shop, "check", "--format", "json", to=disk)

    os.close(disk)
    assert (status, complaint) == (2, "ecto-fix: No space left on device\n")


def test_a_terminal_that_lacks_a_letter_shows_its_number(shop: Path) -> None:
    status, shown, complaint = ecto_fix(shop, "check", environment={"PYTHONIOENCODING": "ascii"})

    assert (status, complaint) == (1, "")
    assert "\\u2502 execute" in shown


def test_an_interruption_ends_without_a_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_path: Path) -> bytes:
        raise KeyboardInterrupt  # as Python does at any moment; a signal would come at another each time

    monkeypatch.setattr("gc.set_threshold", lambda _: None)  # which suits who lives for moments
    monkeypatch.setattr(Path, "read_bytes", interrupt)
    monkeypatch.setattr(sys, "argv", ["ecto-fix", "replay", "delivery.json"])

    with pytest.raises(SystemExit) as end:
        main()

    assert (end.value.code, *capsys.readouterr()) == (130, "", "")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "priv").touch()

    status, _, complaint = ecto_fix(tmp_path, "new", "create table users with name", "--write")

    assert status == 2
    assert complaint.splitlines()[-1] == f"ecto-fix: {tmp_path}/priv/repo/migrations: Not a directory"


def test_a_line_without_end_is_shown_by_its_beginning(shop: Path) -> None:
    (shop / MIGRATION).write_text(REMOVE.replace("users", ", ".join(f"users_{number}" for number in range(500))))

    _, shown, _ = ecto_fix(shop, "check")

    assert max(map(len, shown.splitlines())) < 330


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (ast.command, "which files?"),
        (lambda: ast.command(root=Path("nowhere"), out=Path("out")), "there is no folder nowhere"),
        (lambda: fix.command(only="index-without-concurently"), "did you mean index-without-concurrently?"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(slip: Callable[[], None], words: str) -> None:
    with pytest.raises(CannotRun, match=re.escape(words)):
        slip()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://localhost:port", "is no address"),
        ("http://[::1", "is no address"),
        ("localhost:8000", "is not the address of a receiver"),
    ],
)
def test_a_delivery_goes_to_an_address_or_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    delivery = tmp_path / "delivery.json"
    delivery.write_text('{"zen": "Keep it logically awesome."}')
    monkeypatch.setenv("ECTO_FIX_WEBHOOK_SECRET", "0123456789abcdef0123456789")
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://localhost")

    with pytest.raises(CannotRun, match=words):
        replay.command(delivery, event="ping", to=address)


@pytest.mark.parametrize(
    ("text", "told"),
    [("postgres: 16\n", "postgres: 16\n"), ("postgres: 14\n", "# nothing differs from the defaults\n")],
)
def test_the_configuration_is_that_of_the_repository_around(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str, told: str
) -> None:
    (shop / "mix.exs").touch()
    (shop / ".github").mkdir()
    (shop / ".github/ecto-fix.yml").write_text(text)
    monkeypatch.chdir(shop / "priv")

    config.command()

    assert capsys.readouterr().out == told


def test_who_looks_beside_the_migrations_is_told_where_they_are(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "mix.exs").touch()
    (shop / "lib").mkdir()

    with pytest.raises(typer.Exit):
        check.command([shop / "lib"])

    assert capsys.readouterr().out == "Nothing to review here: the migrations lie in `priv/repo/migrations`.\n"


def test_the_release_is_said() -> None:
    said = CliRunner().invoke(application(("rules",)), ["--version"])

    assert said.exit_code == 0
    assert re.fullmatch(r"ecto-fix \d+\.\d+\.\d+\n", said.output)

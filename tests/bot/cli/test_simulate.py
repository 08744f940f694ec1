"""A pull request is reviewed without a word written, and a delivery is understood again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import replay, simulate
from bot.cli.main import CannotRun
from deploy.standin.control import PullRequest, StandIn
from deploy.standin.server import running
from tests.bot.payloads import pull_request as opened
from tests.bot.sender import SECRET, Sender
from tests.dialogues.scene import migration, new_shop, opens

INDEX = {"20260201000000_index_users.exs": migration("create index(:users, [:email])")}


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("github")) as standin:
        yield standin
        standin.close()


@pytest.fixture
def _signed_in(github: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    app = github.app()
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://nowhere.invalid")
    monkeypatch.setenv("ECTO_FIX_APP_ID", str(app.id))
    monkeypatch.setenv("ECTO_FIX_PRIVATE_KEY", app.private_key)
    monkeypatch.setenv("ECTO_FIX_GITHUB_API_URL", github.url)


@pytest.fixture
def pull(github: StandIn) -> PullRequest:
    return opens(new_shop(github), INDEX)


@pytest.mark.usefixtures("_signed_in")
def test_a_review_is_shown_and_not_posted(pull: PullRequest, capsys: pytest.CaptureFixture[str]) -> None:
    simulate.command(f"{pull.repository.name}#{pull.number}", rehearse=False)

    shown = capsys.readouterr().out
    assert "blocks every write to" in shown
    assert "failure:" in shown
    assert (pull.checks("ecto-fix"), pull.threads(), pull.look().reviews) == ((), (), ())


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize(
    ("named", "words"),
    [
        *((named, "OWNER/REPO#N") for named in ("shop", "maria/shop", "maria/shop#0", "../..#1", "maria/..#1")),
        *((named, f"no {named}: is it installed there?") for named in ("maria/nothing#1", "maria/shop#99")),
    ],
)
def test_what_is_no_pull_request_of_ours_is_said(named: str, words: str) -> None:
    with pytest.raises(CannotRun, match=words):
        simulate.command(named, rehearse=False)


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_delivery_is_understood_again(wrapped: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001  # a parameter
    replay.command(_written(tmp_path, opened(), wrapped=wrapped), event="" if wrapped else "pull_request")

    assert capsys.readouterr().out == "due: 42:acme/shop#7\n"


def test_what_was_sent_once_is_delivered_again(
    receiver: Sender, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECTO_FIX_REDIS_URL", "redis://nowhere.invalid")
    monkeypatch.setenv("ECTO_FIX_WEBHOOK_SECRET", SECRET)

    replay.command(_written(tmp_path, opened()), event="pull_request", to=f"http://127.0.0.1:{receiver.port}")

    assert capsys.readouterr().out.splitlines()[-1] == "202 Accepted"
    assert receiver.generations() == {"42:acme/shop#7": 1}
    receiver.forget()


@pytest.mark.parametrize("text", ["", "[]", "{", '{"action": "opened"}', "[" * 100_000])
def test_what_is_no_delivery_is_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / "delivery.json"
    path.write_text(text)

    with pytest.raises(CannotRun):
        replay.command(path)


def _written(folder: Path, payload: dict[str, Any], *, wrapped: bool = False) -> Path:
    path = folder / "delivery.json"
    path.write_text(json.dumps({"event": "pull_request", "request": {"payload": payload}} if wrapped else payload))
    return path

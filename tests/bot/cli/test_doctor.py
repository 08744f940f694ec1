"""`ecto-fix doctor` on a real Redis and a GitHub of this machine: what is well, what is not, and what to do."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
import typer

from bot.cli import doctor
from bot.cli.output.as_json import Format
from bot.manifest import asked
from deploy.services.ports import free_port
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from deploy.standin.server import running
from workers.doctor import address, github, rehearsals
from workers.doctor import redis as of_redis
from workers.doctor.advice import Health, Line
from workers.github.auth import App
from workers.memory.connection import connect
from workers.rehearsal.walls import ALWAYS, OPEN, Walls

SECRET = "0123456789abcdef" * 3
HOOK = "https://ecto-fix.example/webhook"
WANTED = github.Manifest(
    {one.name: one.level for one in asked() if one.level}, [one.name for one in asked() if not one.level], HOOK
)


@pytest.fixture(scope="module")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("github")) as started:
        started.create_repository("acme/shop", {"mix.exs": ""})
        started.set_app(permissions=dict(WANTED.permissions))
        started.set_webhook(HOOK, SECRET)
        yield started
        started.close()


@pytest.fixture
def app(standin: StandIn) -> App:
    known = standin.app()
    return App(standin.url, known.id, known.private_key)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis whose settings these tests may spoil."""
    with RedisServer(tmp_path_factory.mktemp("redis")) as started:
        yield started


def health(lines: Iterable[Line]) -> dict[str, Health]:
    return {line.about: line.health for line in lines}


def told(lines: Iterable[Line], about: str) -> Line:
    return next(line for line in lines if line.about == about)


def test_a_redis_as_it_should_be_is_well(server: RedisServer) -> None:
    with connect(server.url) as redis:
        found = health(of_redis.lines(redis, "test:"))

    assert found.pop("Redis version") in {Health.OK, Health.WARNING}  # the one that the tests run on may be old
    assert set(found.values()) == {Health.OK}
    assert {"Redis writing", "Redis append-only file", "Redis appendfsync", "Redis eviction"} <= found.keys()


@pytest.mark.parametrize(
    ("setting", "value", "about", "expected"),
    [
        ("appendonly", "no", "Redis append-only file", Health.WRONG),
        ("appendfsync", "everysec", "Redis appendfsync", Health.WARNING),
        ("appendfsync", "no", "Redis appendfsync", Health.WRONG),
        ("maxmemory-policy", "allkeys-lru", "Redis eviction", Health.WRONG),
        ("maxmemory", "1000000000000", "Redis memory", Health.OK),
        ("min-replicas-to-write", "1", "Redis writing", Health.WRONG),
    ],
)
def test_a_setting_that_breaks_a_promise_is_told(
    server: RedisServer, setting: str, value: str, about: str, expected: Health
) -> None:
    with connect(server.url) as redis:
        before = redis.config_get(setting)
        redis.config_set(setting, value)
        line = told(of_redis.lines(redis, "test:"), about)
        redis.config_set(setting, before[setting])

    assert line.health is expected
    assert bool(line.remedy) is (expected is not Health.OK)


def test_a_redis_that_is_full_is_told(server: RedisServer) -> None:
    with connect(server.url) as redis:
        redis.config_set("maxmemory", "100000")
        found = health(of_redis.lines(redis, "test:"))
        redis.config_set("maxmemory", "0")

    assert (found["Redis writing"], found["Redis memory"]) == (Health.WRONG, Health.WARNING)


def test_a_redis_that_is_not_there_or_refuses_is_one_line(server: RedisServer) -> None:
    for url in (f"redis://127.0.0.1:{free_port()}/0", server.url.replace(server.password, "wrong")):
        with connect(url) as redis:
            (line,) = of_redis.lines(redis, "test:")

        assert (line.about, line.health) == ("Redis", Health.WRONG)


def test_a_github_that_knows_the_app_is_well(app: App, standin: StandIn) -> None:
    found = health(github.lines(app, WANTED, time.time))

    assert set(found.values()) == {Health.OK}
    assert len(found) == 7
    assert standin.violations() == []


@pytest.mark.parametrize(
    ("off", "expected"), [(0, Health.OK), (-30, Health.WARNING), (30, Health.WARNING), (61, Health.WRONG)]
)
def test_a_clock_that_is_off_is_told(app: App, off: float, expected: Health) -> None:
    found = health(github.lines(app, WANTED, lambda: time.time() + off * 1.1))

    assert found["Clock"] is expected


def test_a_key_of_another_app_is_told(app: App) -> None:
    found = health(github.lines(App(app.api_url, app.id + 1, app.private_key), WANTED, time.time))

    assert found == {"GitHub's API": Health.OK, "Clock": Health.OK, "GitHub App": Health.WRONG}


def test_a_github_that_is_not_there_is_one_line(app: App) -> None:
    away = App(f"http://127.0.0.1:{free_port()}", app.id, app.private_key)

    assert health(github.lines(away, WANTED, time.time)) == {"GitHub's API": Health.WRONG}


@pytest.mark.parametrize(
    ("manifest", "about", "expected"),
    [
        (github.Manifest({"administration": "write"}, [], HOOK), "GitHub permissions", Health.WRONG),
        (github.Manifest({"contents": "read"}, [], HOOK), "GitHub permissions", Health.WARNING),
        (github.Manifest({}, ["workflow_run"], HOOK), "GitHub events", Health.WRONG),
        (github.Manifest({}, [], "https://elsewhere.example/webhook"), "GitHub's webhooks", Health.WARNING),
    ],
)
def test_what_the_app_lacks_or_has_beyond_is_told(
    app: App, manifest: github.Manifest, about: str, expected: Health
) -> None:
    line = told(github.lines(app, manifest, time.time), about)

    assert line.health is expected
    assert line.remedy


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        ([SECRET], Health.OK),
        ([SECRET, SECRET[::-1]], Health.WARNING),
        (["ab" * 20], Health.WRONG),
        ([], Health.WARNING),
    ],
)
def test_a_secret_is_weighed(secrets: list[str], expected: Health) -> None:
    line = address.secret(secrets)

    assert line.health is expected
    assert not any(one in f"{line.said}{line.remedy}" for one in secrets)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ecto-fix.example", Health.OK),
        ("https://ecto-fix.example/", Health.OK),
        ("http://ecto-fix.example", Health.WARNING),
        ("", Health.WARNING),
        ("https://localhost", Health.WARNING),
        ("https://10.0.0.1", Health.WARNING),
        ("https://[::1]:8000", Health.WARNING),
        ("https://ecto-fix.internal", Health.WARNING),
        ("ecto-fix.example", Health.WRONG),
        ("ftp://ecto-fix.example", Health.WRONG),
        ("https://ecto-fix.example/bot", Health.WRONG),
        ("https://me:pass@ecto-fix.example", Health.WRONG),
        ("https://[broken", Health.WRONG),
    ],
)
def test_an_address_is_tried_as_github_would(url: str, expected: Health) -> None:
    assert address.public(url).health is expected


def test_a_folder_of_secrets_is_its_owners(tmp_path: Path) -> None:
    kept = tmp_path / "secrets"
    kept.mkdir(0o700)
    (kept / "ecto_fix_private_key").touch(0o600)
    before = health(address.folder(kept))
    (kept / "ecto_fix_private_key").chmod(0o644)
    (kept / "webhook_secret").touch()
    (kept / "webhook_secret").chmod(0o602)

    (after,) = address.folder(kept)

    assert before == {"Folder of secrets": Health.OK}
    assert after.health is Health.WARNING
    assert "ecto_fix_private_key, webhook_secret." in after.said
    assert list(address.folder(None)) == []


def test_a_folder_is_mounted_as_kubernetes_does(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "..2026_11_21").mkdir(0o755)
    (tmp_path / "..2026_11_21" / "private_key").touch(0o440)
    (tmp_path / "..data").symlink_to("..2026_11_21")
    (tmp_path / "private_key").symlink_to("..data/private_key")
    mounted = health(address.folder(tmp_path))
    tmp_path.chmod(0o777)

    assert mounted == {"Folder of secrets": Health.OK}
    assert health(address.folder(tmp_path)) == {"Folder of secrets": Health.WARNING}


def test_a_machine_without_postgresql_or_walls_rehearses_nothing(tmp_path: Path) -> None:
    open_house = Walls(ALWAYS, OPEN, "unshare: Operation not permitted")

    found = health(rehearsals.lines(tmp_path, wanted=True, standing=open_house))

    assert found == {"PostgreSQL": Health.WARNING, "Walls": Health.WARNING}
    assert health(rehearsals.lines(None, wanted=False)) == {"Rehearsals": Health.OK}


def test_a_machine_with_both_rehearses() -> None:
    found = health(rehearsals.lines(None, wanted=True, standing=Walls(ALWAYS)))

    assert found == {"PostgreSQL": Health.OK, "Walls": Health.OK}


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, server: RedisServer, standin: StandIn
) -> Callable[[Mapping[str, str]], None]:
    """Set what receiver and worker read, or something else instead."""
    known = standin.app()
    usual = {
        "REDIS_URL": server.url,
        "WEBHOOK_SECRET": SECRET,
        "PUBLIC_URL": "https://ecto-fix.example",
        "GITHUB_API_URL": standin.url,
        "APP_ID": str(known.id),
        "PRIVATE_KEY": known.private_key,
        "REHEARSES": "false",
    }

    def change(different: Mapping[str, str]) -> None:
        for name, value in (usual | dict(different)).items():
            monkeypatch.setenv(f"ECTO_FIX_{name}", value)

    change({})
    return change


@pytest.mark.usefixtures("environment")
def test_all_is_well_and_no_secret_is_shown(
    capsys: pytest.CaptureFixture[str], server: RedisServer, standin: StandIn
) -> None:
    with pytest.raises(typer.Exit) as ended:
        doctor.command()

    shown = capsys.readouterr().out
    assert ended.value.exit_code == 0
    assert "GitHub App" in shown
    assert "wrong" not in shown
    for secret in (SECRET, server.password, standin.app().private_key.splitlines()[1]):
        assert secret not in shown


def test_what_is_wrong_is_told_to_programs_with_what_to_do(
    capsys: pytest.CaptureFixture[str], environment: Callable[[Mapping[str, str]], None]
) -> None:
    environment({"WEBHOOK_SECRET": "development", "PRIVATE_KEY": "hunter2-hunter2"})

    with pytest.raises(typer.Exit) as ended:
        doctor.command(format_=Format.JSON)

    shown = capsys.readouterr().out
    wrong = {one["about"]: one["said"] for one in json.loads(shown)["lines"] if one["health"] == "wrong"}
    assert ended.value.exit_code == 1
    assert wrong.keys() == {"Receiver's settings", "Worker's settings"}
    assert wrong["Worker's settings"].startswith("ECTO_FIX_PRIVATE_KEY: neither a private key")
    assert "hunter2" not in shown


@pytest.mark.parametrize(
    ("part", "lacking", "absent"),
    [(doctor.Part.RECEIVER, "APP_ID", "GitHub App"), (doctor.Part.WORKER, "WEBHOOK_SECRET", "Webhook secret")],
)
def test_who_runs_one_part_needs_nothing_of_the_other(
    part: doctor.Part,
    lacking: str,
    absent: str,
    environment: Callable[[Mapping[str, str]], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment({lacking: "no"})

    with pytest.raises(typer.Exit) as ended:
        doctor.command(part, Format.JSON)

    shown = {one["about"] for one in json.loads(capsys.readouterr().out)["lines"]}
    assert ended.value.exit_code == 0
    assert "Redis writing" in shown
    assert absent not in shown

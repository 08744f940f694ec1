"""What has been worked out before is as good as what is worked out anew, and never anybody else's."""

import os
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.analysis import analyse, analyse_each, snapshot
from rules.analysis.past import STRIDE
from rules.finding import Report, Severity
from rules.settings import Settings
from rules.source import Change, SourceFile

FOLDER = "priv/repo/migrations"
REPO = SourceFile("lib/shop/repo.ex", "defmodule Shop.Repo do\n  use Ecto.Repo, adapter: Ecto.Adapters.Postgres\nend\n")


class Drawer:
    """A shelf in memory, which counts what was of use."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.hits = 0

    def take(self, key: str) -> bytes | None:
        self.hits += key in self.kept
        return self.kept.get(key)

    def keep(self, key: str, content: bytes) -> None:
        self.kept[key] = content


def file(version: int, body: str, folder: str = FOLDER) -> SourceFile:
    code = f"defmodule Shop.M{version} do\n  use Ecto.Migration\n\n  def change do\n    {body}\n  end\nend\n"
    return SourceFile(f"{folder}/{version}_step{version}.exs", code)


def added(version: int, table: str = "users") -> SourceFile:
    return file(version, f"alter table(:{table}) do\n      add :column_{version}, :string\n    end")


USERS = file(100, "create table(:users) do\n      add :name, :string, size: 40, default: fragment(\"'new'\")\n    end")
HISTORY = (USERS, *(added(version) for version in range(101, 120)))
PROPOSED = (file(500, "alter table(:users) do\n      remove :name\n    end"), added(501))
CHANGE = Change(HISTORY, PROPOSED, project=(REPO,))
BY_HAND = file(110, "create index(:users, [:name])", "priv/repo/manual_migrations")
BESIDE = replace(CHANGE, merged=(*HISTORY, BY_HAND))


def with_size(size: int) -> SourceFile:
    return SourceFile(USERS.path, USERS.text.replace("40", str(size)))


def titles(report: Report) -> list[str]:
    return [edit.text for finding in report.findings if finding.rewrite for edit in finding.rewrite.edits]


@pytest.mark.parametrize("change", [CHANGE, BESIDE], ids=["one folder", "two folders"])
@pytest.mark.parametrize("judge", [analyse, analyse_each])
def test_a_remembered_history_gives_the_same_report(judge: Callable[..., Report], change: Change) -> None:
    drawer, expected = Drawer(), judge(change, Settings())

    first, again = judge(change, Settings(), drawer), judge(change, Settings(), drawer)

    assert first == again == expected
    assert titles(first)
    assert drawer.hits > 0


def test_more_migrations_take_up_what_those_before_them_have_come_to() -> None:
    drawer = Drawer()
    analyse(CHANGE, Settings(), drawer)
    kept = set(drawer.kept)
    longer = replace(CHANGE, merged=(*HISTORY, added(200)))

    report = analyse(longer, Settings(), drawer)

    assert report == analyse(longer, Settings())
    assert drawer.hits > 0
    assert set(drawer.kept) == kept  # one more is sooner replayed than kept


def test_a_change_in_the_midst_of_a_long_history_takes_up_what_lies_before_it() -> None:
    drawer = Drawer()
    long = (USERS, *(added(version) for version in range(1000, 1000 + STRIDE + 20)))
    analyse(Change(long, PROPOSED), Settings(), drawer)
    edited = SourceFile(long[-5].path, long[-5].text.replace(":string", ":text"))
    change = Change((*long[:-5], *long[-4:]), (edited,), replaced=(long[-5],))
    drawer.hits = 0

    report = analyse(change, Settings(), drawer)

    assert report == analyse(change, Settings())
    assert drawer.hits > 0


OTHERS = {
    "an older file": replace(CHANGE, merged=(with_size(80), *HISTORY[1:])),
    "a file that is gone": replace(CHANGE, merged=HISTORY[1:]),
    "a file of a folder beside": BESIDE,
    "a project file": replace(CHANGE, project=(SourceFile(REPO.path, REPO.text.replace("Postgres", "SQLite3")),)),
    "a new project file": replace(
        CHANGE,
        project=(SourceFile("config/config.exs", "import Config\nconfig :shop, Shop.Repo, adapter: Other\n"), REPO),
    ),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=list(OTHERS))
def test_nothing_is_taken_from_a_history_that_differs_in_anything(other: Change) -> None:
    forth, back = Drawer(), Drawer()
    remembered = analyse(CHANGE, Settings(), forth), analyse(other, Settings(), back)

    report = analyse(other, Settings(), forth), analyse(CHANGE, Settings(), back)

    assert report == (analyse(other, Settings()), analyse(CHANGE, Settings()))
    assert report[0] != remembered[0]


def test_settings_count_whatever_is_remembered() -> None:
    drawer = Drawer()
    analyse(CHANGE, Settings(), drawer)
    settings = Settings(severities={"column-removed-without-type": Severity.ADVICE})

    report = analyse(CHANGE, settings, drawer)

    assert report == analyse(CHANGE, settings)
    assert report != analyse(CHANGE, Settings())


def test_what_cannot_be_read_any_more_is_worked_out_and_kept_again() -> None:
    drawer = Drawer()
    expected = analyse(CHANGE, Settings(), drawer)
    whole = dict(drawer.kept)
    drawer.kept = {key: content[: len(content) // 2] for key, content in whole.items()}

    report = analyse(CHANGE, Settings(), drawer)

    assert report == expected
    assert drawer.kept == whole


class Payload:
    """What pickle would call when it reads it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


@pytest.mark.parametrize("value", [Payload(), os.system, Drawer, Drawer()])
def test_a_snapshot_can_call_nothing(value: object) -> None:
    assert snapshot.read(pickle.dumps(value)) is None


@pytest.mark.parametrize("content", [b"", b"\x80\x05.", b"no pickle", bytes(1000)])
def test_bytes_that_are_no_snapshot_are_nothing(content: bytes) -> None:
    assert snapshot.read(content) is None

"""What all processes of a server may take together: what a cgroup lets them, or so many sessions of a limit each."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from workers.rehearsal.binaries import Binaries
from workers.rehearsal.cgroup import delegated
from workers.rehearsal.enclosure import Limits
from workers.rehearsal.reason import CannotRehearse
from workers.rehearsal.sandbox import Base, Yard, sandbox

ELSEWHERE = {
    "version 1": "9:memory:/system.slice\n",
    "the root": "0::/\n",
    "systemd's own": "0::/system.slice/ecto-fix.service\n",
    "without control of memory": "0::/ours/worker\n",
}


@pytest.mark.parametrize("line", ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_cgroup_that_nobody_delegated_is_left_as_it_is(line: str, tmp_path: Path) -> None:
    (tmp_path / "cgroup").write_text(line)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "cgroup.subtree_control").touch()

    assert delegated(tmp_path, tmp_path / "cgroup") is None

    assert [path.name for path in (tmp_path / "ours").iterdir()] == ["cgroup.subtree_control"]


def test_a_server_has_no_more_sessions_than_its_memory_is_reckoned_by(binaries: Binaries, yard: Yard) -> None:
    limits = Limits(sessions=2)

    with sandbox(binaries, Base(), replace(yard, limits=limits), trusted=True) as server, ExitStack() as sessions:
        for _ in range(limits.sessions):
            sessions.enter_context(server.connect())
        with pytest.raises(CannotRehearse, match="too many clients"):
            server.own()


def test_what_bounds_the_memory_is_said() -> None:
    said = Limits(memory=100 << 20, disk=50 << 20, sessions=3).said

    if delegated() is None:
        assert said == "no cgroup is delegated; each server has at most 3 sessions of 100 MiB and 50 MiB of files"
    else:
        assert said == "a cgroup holds each server to 150 MiB"

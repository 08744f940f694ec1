"""Everything that runs, each part a process of its own, and between the parts links that can break."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from typing import Final

from redis import Redis

from deploy.services.ecto_fix import PROGRAM, EctoFix
from deploy.services.ports import free_port, wait_for_port
from deploy.services.redis import RedisServer
from deploy.standin.control import StandIn
from tests.reliability.chaos.link import Link, State
from workers.memory.connection import connect

LEASE: Final = 12.0  # seconds; a third of it is more than any stall, and less than the longest freeze
ROUND: Final = 5.0  # seconds between two looks into GitHub's log of deliveries
SUPERVISED: Final = 0.5  # seconds until what has ended is started again
PREFIX: Final = "chaos:"
PATIENCE: Final = 4.0  # seconds that GitHub waits for an answer here; ten would make its queues long


@dataclass(slots=True)
class Cluster:
    """GitHub, a Redis, a receiver and workers, and the links between them by the names of their ends."""

    github: StandIn
    redis: RedisServer
    front: EctoFix
    back: EctoFix
    links: dict[str, Link]
    memory: Redis  # past all links
    secret: str
    groups: list[int] = field(default_factory=list)  # of processes whose parent was killed

    def processes(self, wanted: str) -> list[int]:
        """Return the processes of a part: `receiver`, `redis`, `worker` or its pool's, `child`."""
        owners: dict[str, Sequence[subprocess.Popen[bytes] | None]] = {
            "receiver": [self.front.receiver],
            "redis": [self.redis.process],
        }
        found = [one.pid for one in owners.get(wanted, self.back.workers) if one is not None and one.poll() is None]
        return [child for parent in found for child in children(parent)] if wanted == "child" else found

    def set_links(self, end: str, state: State) -> None:
        """Set all links that end at a part."""
        for name, link in self.links.items():
            if name.endswith(f"-{end}"):
                link.set(state)

    def supervise(self, over: threading.Event) -> None:
        """Start again whatever has ended, until *over* is set."""
        while not over.wait(SUPERVISED):
            with suppress(RuntimeError):  # it was killed as it began, and is started again at the next look
                self._revive()

    def _revive(self) -> None:
        if self.redis.process is None or self.redis.process.poll() is not None:
            self.redis.start()
        if self.front.receiver is None or self.front.receiver.poll() is not None:
            self.front.start_receiver()
        for worker in tuple(self.back.workers):
            if worker.poll() is not None:
                self.back.workers.remove(worker)
                self.groups.append(worker.pid)
                self.back.start_worker()

    def let_nobody_look(self) -> None:
        """Take the turn to look for heads without a review, which would make good what the inbox had lost."""
        self.memory.set(f"{PREFIX}turn:heads", "nobody's")

    def ping(self) -> None:
        """Let GitHub deliver something, and from now on send to our receiver."""
        self.github.set_webhook(f"http://127.0.0.1:{self.links['github-receiver'].port}/webhook", self.secret)

    def bury(self) -> None:
        """Kill what is left of workers that ended."""
        for group in self.groups:
            send(group, signal.SIGKILL, group=True)


def children(pid: int) -> list[int]:
    """Return the processes that *pid* has forked; none where it has ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def send(pid: int, what: signal.Signals, *, group: bool = False) -> None:
    """Send a signal to a process, or to its whole group; nothing to one that is gone."""
    with suppress(ProcessLookupError):
        os.killpg(pid, what) if group else os.kill(pid, what)


def fill(pid: int, folder: Path) -> None:
    """Leave the process *pid* room for no file longer than the longest in *folder* is."""
    longest = max((file.stat().st_size for file in folder.rglob("*") if file.is_file()), default=0)
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (longest + 1, resource.RLIM_INFINITY))


@contextmanager
def github(folder: Path) -> Iterator[StandIn]:
    """Run the stand-in as a process of its own."""
    folder.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "deploy.standin", "--port", str(port), "--data", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_port(port, process)
            standin = StandIn(f"http://127.0.0.1:{port}")
            yield standin
            standin.close()
        finally:
            process.kill()


@contextmanager
def cluster(
    folder: Path,
    *,
    workers: int = 2,
    program: Sequence[str] = (str(PROGRAM),),
    appendonly: str = "yes",
    **settings: object,
) -> Iterator[Cluster]:
    """Run everything in *folder*; *program* is the product, or a mutant of it, and *settings* are more of its own."""
    for name in ("redis", "front", "back"):
        (folder / name).mkdir(parents=True)
    with ExitStack() as stack:
        standin = stack.enter_context(github(folder / "github"))
        redis = stack.enter_context(RedisServer(folder / "redis", appendonly=appendonly))
        key = folder / "app.pem"
        key.write_text(standin.app().private_key)
        key.chmod(0o600)
        ends = {"receiver-redis": redis.port, "worker-redis": redis.port, "worker-github": port_of(standin.url)}
        links = {name: stack.enter_context(Link(end)) for name, end in ends.items()}
        known = {
            "APP_ID": str(standin.app().id),
            "PRIVATE_KEY": str(key),
            "GITHUB_API_URL": f"http://127.0.0.1:{links['worker-github'].port}",
            "REDIS_PREFIX": PREFIX,
            "WEBHOOK_SECRET": token_hex(20),
            "REHEARSES": "false",
            "LEASE_SECONDS": str(LEASE),
            "ROUND_SECONDS": str(ROUND),
        } | {name: str(value) for name, value in settings.items()}
        front = EctoFix(folder / "front", known | {"REDIS_URL": _through(redis, links["receiver-redis"])}, program)
        back = EctoFix(folder / "back", known | {"REDIS_URL": _through(redis, links["worker-redis"])}, program)
        links["github-receiver"] = stack.enter_context(Link(front.port))
        memory = stack.enter_context(closing(connect(redis.url)))
        stack.callback(back.stop)
        stack.callback(front.stop)
        standin.set_patience(PATIENCE)
        made = Cluster(standin, redis, front, back, links, memory, known["WEBHOOK_SECRET"])
        stack.callback(made.bury)
        made.let_nobody_look()
        front.start_receiver()
        for _ in range(workers):
            back.start_worker()
        made.ping()
        yield made


def port_of(url: str) -> int:
    """Return the port at the end of an address."""
    return int(url.rpartition(":")[2])


def _through(redis: RedisServer, link: Link) -> str:
    return redis.url.replace(f":{redis.port}/", f":{link.port}/")

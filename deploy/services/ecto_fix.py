"""The product as an operator runs it: one receiver and workers, each a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from types import TracebackType
from typing import Final, Self

from deploy.services.ports import free_port, wait_for_port
from deploy.standin.control import StandIn

ACCEPTED: Final = 202  # what the receiver answers once it has remembered a delivery
PROGRAM: Final = Path(sys.executable).with_name("ecto-fix")


class EctoFix:
    """A receiver and as many workers as are started, until the block ends; what they log goes into *folder*."""

    def __init__(self, folder: Path, settings: Mapping[str, str], program: Sequence[str] = (str(PROGRAM),)) -> None:
        self.folder = folder
        self.program = program
        self.port = free_port()
        self.webhook_secret = token_hex(20)
        own = {
            "PUBLIC_URL": self.url,
            "REDIS_PREFIX": f"ecto-fix-{token_hex(4)}:",
            "WEBHOOK_SECRET": self.webhook_secret,
        }
        named = {f"ECTO_FIX_{name}": value for name, value in (own | dict(settings)).items()}
        self.environment = dict(os.environ) | named  # noqa: TID251 - what a child inherits, coverage's marks among it
        self.receiver: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @classmethod
    @contextmanager
    def connected(cls, folder: Path, redis_url: str, standin: StandIn, **settings: str) -> Iterator[Self]:
        """Run receiver and worker with *standin* for their GitHub, which sends them its webhooks."""
        app = standin.app()
        key = folder / "app.pem"
        key.write_text(app.private_key)
        key.chmod(0o600)
        known = {"REDIS_URL": redis_url, "GITHUB_API_URL": standin.url, "APP_ID": str(app.id), "PRIVATE_KEY": str(key)}
        with cls(folder, known | settings) as product:
            standin.set_webhook(f"{product.url}/webhook", product.webhook_secret)
            yield product

    @property
    def url(self) -> str:
        """Where the receiver listens."""
        return f"http://127.0.0.1:{self.port}"

    def start_receiver(self, processes: int = 1) -> None:
        """Start the receiver and return once it listens."""
        address = ("--host", "127.0.0.1", "--port", str(self.port))
        self.receiver = self._start("serve", *address, "--processes", str(processes))
        wait_for_port(self.port, self.receiver)

    def stop_receiver(self) -> None:
        """End the receiver and return once it has ended."""
        if self.receiver is not None:
            _end(self.receiver)
            self.receiver = None

    def start_worker(self, processes: int = 1) -> subprocess.Popen[bytes]:
        """Start one more worker; it takes up what is due as soon as it is ready."""
        worker = self._start("worker", "--processes", str(processes))
        self.workers.append(worker)
        return worker

    def kill_worker(self, worker: subprocess.Popen[bytes]) -> None:
        """End *worker* and its children without a good-bye, as the kernel does when memory runs out."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.workers.remove(worker)

    def stop(self) -> None:
        """End whatever runs."""
        for process in (*self.workers, self.receiver):
            if process is not None and process.poll() is None:
                process.terminate()  # all at once, for each takes a while
        for worker in self.workers:
            _end(worker)
        self.workers.clear()
        self.stop_receiver()

    def logs(self) -> str:
        """Return all that was logged so far."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def __enter__(self) -> Self:
        self.start_receiver()
        self.start_worker()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{arguments[0]}-{token_hex(2)}.log").open("wb") as log:
            return subprocess.Popen(
                [*self.program, *arguments],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, so that all of it can be killed
            )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

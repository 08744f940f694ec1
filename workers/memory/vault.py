"""Tokens that all processes share: asked for by one of them, and unreadable for whoever reads Redis."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Self

from cryptography.fernet import Fernet, InvalidToken
from redis import Redis

from workers.memory.seal import seal

ASKING: Final = 10.0  # seconds that one process has for asking; it is the time-out of a request
LOOKS: Final = 20  # for what another process is asking for, a tenth of a second apart; then we ask, too
PURPOSE: Final = b"ecto-fix: installation tokens"


@dataclass(frozen=True, slots=True)
class Vault:
    """A safe in Redis, to which only processes with the App's private key have the key."""

    redis: Redis
    prefix: str
    cipher: Fernet = field(repr=False)

    @classmethod
    def behind(cls, private_key: str, redis: Redis, prefix: str) -> Self:
        """Open the safe of the App that *private_key* belongs to."""
        return cls(redis, prefix, seal(private_key.strip(), PURPOSE))

    def get(self, name: str, ask: Callable[[], tuple[str, float]]) -> str:
        """Return what is kept under *name*; else what *ask* returns, which is kept for as many seconds as it says.

        While one process asks, the others wait for a moment for what it gets.
        """
        key = f"{self.prefix}token:{name}"
        for _ in range(LOOKS):
            known = self._read(key)
            if known is not None:
                return known
            if self.redis.set(f"{key}:asking", 1, nx=True, px=round(ASKING * 1000)):
                break
            time.sleep(0.1)
        try:
            text, seconds = ask()
            if seconds >= 1:
                self.redis.set(key, self.cipher.encrypt(text.encode()), ex=int(seconds))
        finally:
            self.redis.delete(f"{key}:asking")
        return text

    def forget(self, name: str) -> None:
        """Throw away what is kept under *name*."""
        self.redis.delete(f"{self.prefix}token:{name}")

    def _read(self, key: str) -> str | None:
        kept: Any = self.redis.get(key)
        try:
            return self.cipher.decrypt(kept).decode() if kept else None
        except InvalidToken:
            return None  # of the key that the App had before

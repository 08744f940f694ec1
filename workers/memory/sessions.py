"""Who is logged in: a person's token behind the name that their browser alone has, for a working day."""

import json
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, Final

from cryptography.fernet import InvalidToken
from redis import Redis

from workers.memory.seal import seal

LASTS: Final = 8 * 3600  # seconds; as long as the token
AT_ONCE: Final = 8  # sessions of one person; a further one ends the oldest
KNOWN_FOR: Final = 300  # seconds, in which GitHub is not asked again what a person may see
PURPOSE: Final = b"ecto-fix: sessions"


@dataclass(frozen=True, slots=True)
class Session:
    """A person and what proves it; *proof* is what a form of ours brings back, so that no other page can send it."""

    login: str
    token: str = field(repr=False)
    proof: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A repository (`owner/name`) that a person may read and the App is installed on."""

    installation: int
    repository: str
    may_push: bool


class Sessions:
    """The sessions of all people; who reads Redis finds neither their names nor what is in them."""

    def __init__(self, redis: Redis, prefix: str, secret: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._seal = seal(secret, PURPOSE)

    def begin(self, login: str, token: str) -> str:
        """Begin a session and return its name."""
        name = token_urlsafe(32)
        place, mine = self._place(name), f"{self._prefix}sessions:{login}"
        pipeline = self._redis.pipeline()
        pipeline.set(place, self._sealed(asdict(Session(login, token, token_urlsafe(32)))), ex=LASTS)
        pipeline.lpush(mine, place)
        pipeline.lrange(mine, AT_ONCE, -1)
        pipeline.ltrim(mine, 0, AT_ONCE - 1)
        pipeline.expire(mine, LASTS)
        too_many = pipeline.execute()[2]
        if too_many:
            self._redis.unlink(*too_many, *(each + b":places" for each in too_many))
        return name

    def get(self, name: str) -> Session | None:
        """Return the session of this name, if it goes on."""
        known = self._read(self._place(name)) if name else None
        return None if known is None else Session(**known)

    def end(self, name: str) -> None:
        """End a session."""
        self._redis.unlink(self._place(name), f"{self._place(name)}:places")

    def places(self, name: str) -> tuple[Place, ...] | None:
        """Return what the person could see minutes ago, if anybody asked then."""
        known = self._read(f"{self._place(name)}:places")
        return None if known is None else tuple(Place(*each) for each in known)

    def remember(self, name: str, places: Iterable[Place]) -> None:
        """Remember for minutes what the person can see."""
        self._redis.set(f"{self._place(name)}:places", self._sealed([*map(astuple, places)]), ex=KNOWN_FOR)

    def _place(self, name: str) -> str:
        return f"{self._prefix}session:{sha256(name.encode()).hexdigest()}"

    def _sealed(self, plain: Any) -> bytes:
        return self._seal.encrypt(json.dumps(plain).encode())

    def _read(self, place: str) -> Any:
        kept: Any = self._redis.get(place)
        try:
            return json.loads(self._seal.decrypt(kept)) if kept else None
        except InvalidToken:
            return None  # of the secret that the App had before

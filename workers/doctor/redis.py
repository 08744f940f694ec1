"""Whether Redis keeps what it is given: reachable, writable, on disk, evicting nothing, and patched."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from redis import Redis
from redis.exceptions import AuthenticationError, RedisError

from workers.doctor.advice import Line, ok, warning, wrong

OLDEST: Final = (6, 2)  # ZADD with NX and GT, SET with GET; older ones get no patches
# The first patch release of each series without CVE-2025-49844, by which a script of Lua gets out of its box.
PATCHED: Final[Mapping[tuple[int, ...], int]] = {(6, 2): 20, (7, 2): 11, (7, 4): 6, (8, 0): 4, (8, 2): 2}
NEWEST: Final = max(PATCHED)
FULL: Final = 0.8  # of the memory that it may use
LIFE: Final = 10  # seconds of the key that is written to see whether one can be
CRASH: Final = "what was answered 202 must survive a crash"


def lines(redis: Redis, prefix: str) -> Iterator[Line]:
    """Look at the server behind *redis*, where our keys begin with *prefix*."""
    try:
        told: Mapping[str, Any] = redis.info("everything")  # type: ignore[assignment]  # redis-py's of both kinds
    except AuthenticationError:
        yield wrong("Redis", "It refuses the password.", "Put the right one into ECTO_FIX_REDIS_URL.")
        return
    except RedisError as error:
        remedy = "Start it, or correct ECTO_FIX_REDIS_URL; until then every delivery is answered 503."
        yield wrong("Redis", f"It does not answer: {type(error).__name__}.", remedy)
        return
    yield _version(str(told.get("redis_version", "0")))
    yield from _place(told)
    yield _written(redis, prefix)
    yield _appended(told)
    yield _flushed(redis)
    yield _evicted(told)
    yield _room(told)


def _version(version: str) -> Line:
    about, numbers = "Redis version", tuple(int(number) for number in re.findall(r"\d+", version)[:3])
    series, patch = numbers[:2], (*numbers, 0, 0, 0)[2]
    if series < OLDEST:
        return wrong(about, f"{version} is too old.", "Take 7.2 or newer.")
    if series <= NEWEST and patch < PATCHED.get(series, patch + 1):
        said = f"{version} has the hole CVE-2025-49844, unless who packaged it has mended that."
        return warning(about, said, "Update it, and let nobody but receiver and workers reach it.")
    return ok(about, version)


def _place(told: Mapping[str, Any]) -> Iterator[Line]:
    if told.get("role") != "master":
        yield wrong("Redis role", "This one is a replica.", "Name the primary in ECTO_FIX_REDIS_URL.")
    if told.get("cluster_enabled"):
        yield wrong("Redis role", "This is a Redis Cluster, on which Celery does not run.", "Take a single server.")


def _written(redis: Redis, prefix: str) -> Line:
    about = "Redis writing"
    try:
        redis.set(f"{prefix}doctor", 1, ex=LIFE)
    except RedisError as error:
        said = f"A key that begins with {prefix} cannot be written: {error}"
        return wrong(about, said, "Look at its disk, its memory and the rights of its user; docs/runbook.md has each.")
    return ok(about, f"Keys that begin with {prefix} can be written.")


def _appended(told: Mapping[str, Any]) -> Line:
    about = "Redis append-only file"
    if not told.get("aof_enabled"):
        return wrong(about, f"It is off, but {CRASH}.", "Set appendonly yes.")
    if told.get("aof_last_write_status") != "ok":
        return wrong(about, "It could not be written the last time.", "Make room on its disk.")
    return ok(about, "On, and written.")


def _flushed(redis: Redis) -> Line:
    about = "Redis appendfsync"
    try:
        kept: Any = redis.config_get("appendfsync")
    except RedisError:
        return warning(about, "It does not tell.", "Make sure that it is always, or everysec.")
    how = str(kept.get("appendfsync"))
    if how == "always":
        return ok(about, "always: nothing is lost with the power.")
    if how == "everysec":
        said = "everysec: when the power goes, up to two seconds of deliveries go with it."
        return warning(
            about, said, "Set appendfsync always; what is lost is found again within minutes, if you do not."
        )
    return wrong(about, f"{how}, but {CRASH}.", "Set appendfsync always.")


def _evicted(told: Mapping[str, Any]) -> Line:
    about, policy = "Redis eviction", str(told.get("maxmemory_policy"))
    if policy != "noeviction":
        said = f"{policy} throws away what is due when memory runs out."
        return wrong(about, said, "Set maxmemory-policy noeviction: then a full server refuses, and nothing is lost.")
    return ok(about, "Nothing is thrown away.")


def _room(told: Mapping[str, Any]) -> Line:
    about, used, most = "Redis memory", int(told.get("used_memory", 0)), int(told.get("maxmemory", 0))
    said = f"{used / 2**20:.1f} MiB used" + (f" of {most / 2**20:.1f}." if most else ", without a bound.")
    if most and used > FULL * most:
        return warning(about, said, "Raise maxmemory before it refuses deliveries, and see what else lies there.")
    return ok(about, said)

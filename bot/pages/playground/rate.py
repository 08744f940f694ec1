"""How often one address may ask: a bucket for each, which time fills again."""

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

BURST: Final = 40.0  # requests at once, as many as an eager minute of typing sends
PER_SECOND: Final = 1.0
REMEMBERED: Final = 10_000  # addresses; who was forgotten begins with a full bucket
NETWORK: Final = 64  # bits of an IPv6 address that are one household's


class Rate:
    """Counts requests by address, in this process, and forgets those that asked longest ago."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when that was

    def allows(self, address: str) -> bool:
        """Take a request from the bucket of *address*; tell whether there was one."""
        household, now = _household(address), self._clock()
        left, before = self._buckets.pop(household, (BURST, now))
        left = min(BURST, left + (now - before) * PER_SECOND)
        allowed = left >= 1
        self._buckets[household] = (left - allowed, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return allowed


def _household(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> (128 - NETWORK)) if isinstance(known, IPv6Address) else address

"""Whether GitHub sent these bytes: HMAC-SHA256 under a secret that only GitHub and we know."""

import hmac
import re
from collections.abc import Iterable
from typing import Final

SIGNATURE: Final = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)


class BadSignature(Exception):
    """The signature is missing, malformed, or of other bytes."""


def well_formed(signature: str) -> None:
    """Raise BadSignature for what cannot be a signature, before anything is read for its sake."""
    if SIGNATURE.fullmatch(signature) is None:
        raise BadSignature


def verify(body: bytes, signature: str, secrets: Iterable[bytes]) -> None:
    """Raise BadSignature unless *signature* is that of *body* under one of *secrets*; takes the same time for each."""
    well_formed(signature)
    claimed = signature.encode("ascii")
    made = (b"sha256=" + hmac.digest(secret, body, "sha256").hex().encode() for secret in secrets)
    # Counted, so that it does not show which of the secrets it was.
    if sum(hmac.compare_digest(claimed, one) for one in made) == 0:
        raise BadSignature

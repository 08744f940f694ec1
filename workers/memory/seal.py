"""What processes share in Redis and nobody else may read there: sealed with a secret that only they have."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret: str, purpose: bytes) -> Fernet:
    """Return the seal that whoever has *secret* makes and breaks; what one *purpose* seals is nothing to another."""
    return Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, None, purpose).derive(secret.encode())))

"""How DNA keeps a coder's password: 16 random bytes, then SHA-256 of them and the password, 100,000 times over.

It says who is at the keyboard and hides nothing: the texts in the file are plain.
"""

import binascii
import secrets
import unicodedata
from base64 import b64decode, b64encode
from hashlib import sha256

_SALT = 16
_TIMES = 100_000


def hashed(password: str) -> str:
    """What to store for ``password``; another text each time."""
    salt = secrets.token_bytes(_SALT)
    return b64encode(salt + _digest(salt, password)).decode("ascii")


def fits(password: str, stored: str) -> bool:
    """Whether ``stored`` was made from ``password``; not if it is no hash of this kind at all."""
    try:
        kept = b64decode(stored, validate=True)
    except (binascii.Error, ValueError):
        return False
    return secrets.compare_digest(kept[_SALT:], _digest(kept[:_SALT], password))


def _digest(salt: bytes, password: str) -> bytes:
    digest = salt + unicodedata.normalize("NFC", password).encode("utf-8", "replace")
    for _ in range(_TIMES):
        digest = sha256(digest).digest()
    return digest

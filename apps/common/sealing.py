"""Secrets that have to be known again, kept so that a copy of the database tells them to nobody.

They are sealed under a key made of ``SECRET_KEY``; those of ``SECRET_KEY_FALLBACKS`` open what was sealed before.
"""

import base64
from functools import cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SEALED: Final = "sealed:"
"""How a sealed text begins, so that what was kept in the open is told apart."""


class CannotOpen(Exception):
    """It was sealed under a key that is not here any more."""


def seal(text: str, *, purpose: str) -> str:
    """The text, sealed for one purpose."""
    return SEALED + _seals(purpose, _keys()).encrypt(text.encode()).decode()


def opened(sealed: str, *, purpose: str) -> str:
    """What was sealed for the purpose. Raises ``CannotOpen``."""
    if not sealed.startswith(SEALED):
        raise CannotOpen
    try:
        return _seals(purpose, _keys()).decrypt(sealed.removeprefix(SEALED)).decode()
    except InvalidToken as foreign:
        raise CannotOpen from foreign


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _seals(purpose: str, keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(purpose, key)) for key in keys])


def _derived(purpose: str, key: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"landbridge.sealing.{purpose}".encode())
    return base64.urlsafe_b64encode(made.derive(key.encode()))

"""Identifiers other systems may keep: version 7 UUIDs, which sort by the moment they were made."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new UUID of version 7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, then 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (stamp << 80) | (0x7 << 76) | (((noise >> 64) & 0xFFF) << 64) | (0b10 << 62) | (noise & ((1 << 62) - 1))
    return uuid.UUID(int=value)

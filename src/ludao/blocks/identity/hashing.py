"""Passwords as Argon2id digests, never more at once than the machine has cores and memory for."""

import os
from threading import BoundedSemaphore
from typing import Any

from argon2 import Parameters
from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = int(os.environ.get("LUDAO_HASHES_AT_ONCE", 0)) or os.cpu_count() or 1
_turn = BoundedSemaphore(AT_ONCE)


class CityArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane). Hashing waits its turn, so that a crowd at
    the door queues for some seconds instead of taking the memory of the whole machine."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def params(self) -> Parameters:
        return super().params()  # type: ignore[no-any-return]

    def encode(self, password: str, salt: str) -> Any:
        with _turn:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turn:
            return bool(super().verify(password, encoded))

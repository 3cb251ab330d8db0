"""How often somebody tried something lately, counted for all server processes together.

The counts are in the cache: Redis in production, the memory of the one process otherwise.
"""

from __future__ import annotations

import hashlib
import logging

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _key(kind: str, who: str) -> str:
    return f"{kind}:{hashlib.sha256(who.encode()).hexdigest()}"


def _not_counted(error: RedisError) -> int:
    """Nobody is kept out because the counting does not work; the log says so."""
    logger.warning("attempts are not counted: %s", error)
    return 0


def attempts(kind: str, who: str) -> int:
    """How often ``who`` tried it in the while that runs."""
    try:
        return int(cache.get(_key(kind, who), 0))
    except RedisError as error:
        return _not_counted(error)


def count_attempt(kind: str, who: str, *, seconds: int) -> int:
    """Count one more; how many there are by now. A while begins with the first and ends alone."""
    key = _key(kind, who)
    try:
        if cache.add(key, 1, timeout=seconds):
            return 1
        count = int(cache.incr(key))
        if count == 1:
            # Redis let the while end just before, and began a count that would never end.
            cache.touch(key, seconds)
        return count
    except ValueError:
        # The while ended between the two questions.
        cache.set(key, 1, timeout=seconds)
        return 1
    except RedisError as error:
        return _not_counted(error)


def forget_attempts(kind: str, who: str) -> None:
    """Begin anew."""
    try:
        cache.delete(_key(kind, who))
    except RedisError as error:
        _not_counted(error)

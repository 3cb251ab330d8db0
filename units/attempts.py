"""How often somebody tried something lately, counted for all server processes together.

The counts are in the cache: Redis in production, the memory of the one process otherwise. While
Redis is away each process counts by itself: more may be tried than otherwise, yet not anything.
"""

from __future__ import annotations

import hashlib
import logging

from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def _key(kind: str, who: str) -> str:
    return f"{kind}:{hashlib.sha256(who.encode()).hexdigest()}"


# Names that nobody has are tried, too: what is remembered of them has an end.
own_memory = LocMemCache("attempts", {"OPTIONS": {"MAX_ENTRIES": 10_000}})


def _alone(error: RedisError) -> BaseCache:
    """Nobody is kept out because Redis does not answer, nor let in for it; the log says so."""
    logger.warning("attempts are counted by each process alone: %s", error)
    return own_memory


def attempts(kind: str, who: str) -> int:
    """How often ``who`` tried it in the while that runs."""
    key = _key(kind, who)
    try:
        return int(cache.get(key, 0))
    except RedisError as error:
        return int(_alone(error).get(key, 0))


def count_attempt(kind: str, who: str, *, seconds: int) -> int:
    """Count one more; how many there are by now. A while begins with the first and ends alone."""
    key = _key(kind, who)
    try:
        return _counted(cache, key, seconds)
    except RedisError as error:
        return _counted(_alone(error), key, seconds)


def _counted(memory: BaseCache, key: str, seconds: int) -> int:
    try:
        if memory.add(key, 1, timeout=seconds):
            return 1
        count = int(memory.incr(key))
        if count == 1:
            # Redis let the while end just before, and began a count that would never end.
            memory.touch(key, seconds)
        return count
    except ValueError:
        # The while ended between the two questions.
        memory.set(key, 1, timeout=seconds)
        return 1


def forget_attempts(kind: str, who: str) -> None:
    """Begin anew."""
    key = _key(kind, who)
    own_memory.delete(key)
    try:
        cache.delete(key)
    except RedisError as error:
        _alone(error)

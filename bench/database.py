"""One throw-away database for all cases that need one."""

from __future__ import annotations

import functools

from django.db import connection


@functools.cache
def make_database() -> None:
    """Create the database once a run; the private server it lies on goes when the run ends."""
    connection.creation.create_test_db(verbosity=0, autoclobber=True)

"""Reads that scoring pages share."""

from __future__ import annotations

from scoring.queries.sheets import open_tasks

__all__ = ["open_tasks"]

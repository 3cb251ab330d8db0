"""Ratios of this application to a plain way of doing the same, taken side by side in one run.

``python -m bench`` runs each module of this package that has ``cases() -> list[Case]``
and, for what is no ratio of times, ``facts() -> dict[str, float]``.
"""

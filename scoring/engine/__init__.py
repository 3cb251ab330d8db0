"""The standings engine: what the exchange formats say about points, ranks and titles.

Pure Python: no Django, no database, no clock, nothing of ours outside this package. Numbers
are ``Decimal`` at the door and ``Fraction`` inside; ``standings.compute`` is the entry point.
"""

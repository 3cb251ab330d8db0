"""Every address, written down by hand: who gets what."""

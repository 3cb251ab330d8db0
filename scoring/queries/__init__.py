"""Reads that scoring pages share."""

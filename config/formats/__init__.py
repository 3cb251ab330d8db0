"""Dates and numbers as Vietnamese offices write them."""

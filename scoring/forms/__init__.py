"""Shapes of input for scoring."""

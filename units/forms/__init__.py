"""Shapes of input for setting up."""

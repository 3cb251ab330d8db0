"""Every right, written down by hand: who may, and what the others are told."""

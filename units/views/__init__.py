"""Pages of setting up and of background work."""

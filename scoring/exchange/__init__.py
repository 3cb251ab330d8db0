"""The exchange formats of docs/formats.md: reading, writing, nothing half-done."""

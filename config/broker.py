"""A queue of files that loses no message, for the embedded default without a Redis server.

Kombu's own ``filesystem`` transport writes a message in place while a consumer may already read
it, and names it by a clock that starts anew at every boot. Here a message appears whole, by a
rename, under a name that sorts by time.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Publishes by rename; everything else is Kombu's."""

    def _put(self, queue: str, message: Any, **options: Any) -> None:
        """Write one message of ``queue``; it is visible to consumers only when complete."""
        folder = Path(self.data_folder_out)
        identity = uuid.uuid4()
        draft = folder / f".{identity}.tmp"
        draft.write_bytes(dumps(message).encode())
        os.replace(draft, folder / f"{time.time_ns():020d}_{identity}.{queue}.msg")


class Transport(filesystem.Transport):
    """``localfiles://localhost/``; the folders are in CELERY_BROKER_TRANSPORT_OPTIONS."""

    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        """Make the folders, so that whoever comes first can publish or consume."""
        super().__init__(client, **options)
        for name in ("data_folder_in", "data_folder_out", "control_folder", "processed_folder"):
            Path(client.transport_options[name]).mkdir(parents=True, exist_ok=True)


def register() -> None:
    """Make the scheme ``localfiles`` known to Kombu."""
    TRANSPORT_ALIASES["localfiles"] = "config.broker:Transport"

"""A queue of files that loses no message, for the embedded default without a Redis server.

Kombu's own ``filesystem`` transport writes a message in place while a consumer may already read
it, takes it by a move that is a copy where the temporary folder is another disk, and keeps its
routes in a file that two processes can tear at their first start. Here a message appears and is
taken by one rename, under a name that sorts by time, and every process knows its own routes.
"""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps, loads

FOLDERS = ("data_folder_in", "data_folder_out", "processed_folder")


class Channel(filesystem.Channel):
    """Publishes and takes by rename; a message is taken by one consumer at most."""

    # Broadcasts (remote control) would need the shared file of routes.
    supports_fanout = False
    get_table = virtual.Channel.get_table

    def _put(self, queue: str, payload: Any, **options: Any) -> None:
        """Write one message of ``queue``; consumers see it only when it is complete."""
        folder = Path(self.data_folder_out)
        identity = uuid.uuid4()
        draft = folder / f".{identity}.tmp"
        draft.write_bytes(dumps(payload).encode())
        draft.replace(folder / f"{time.time_ns():020d}_{identity}.{queue}.msg")

    def _get(self, queue: str) -> Any:
        """Take the oldest message of ``queue``; raises Empty where there is none."""
        taken_folder = Path(self.processed_folder)
        for message in sorted(Path(self.data_folder_in).glob(f"[0-9]*.{queue}.msg")):
            taken = taken_folder / message.name
            try:
                message.replace(taken)
            except FileNotFoundError:
                continue
            payload = loads(taken.read_bytes())
            taken.unlink()
            return payload
        raise Empty


class Transport(filesystem.Transport):
    """``localfiles://localhost/``; the folders are in CELERY_BROKER_TRANSPORT_OPTIONS."""

    Channel = Channel

    def __init__(self, client: Any, **options: Any) -> None:
        """Make the folders, so that whoever comes first can publish or consume."""
        super().__init__(client, **options)
        for name in FOLDERS:
            Path(client.transport_options[name]).mkdir(parents=True, exist_ok=True)


def register() -> None:
    """Make the scheme ``localfiles`` known to Kombu."""
    TRANSPORT_ALIASES["localfiles"] = "config.broker:Transport"

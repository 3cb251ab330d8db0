from __future__ import annotations

import multiprocessing
import time
from typing import TYPE_CHECKING

from kombu import Connection

from config import broker

if TYPE_CHECKING:
    from pathlib import Path

PRODUCERS = 3
CONSUMERS = 2
MESSAGES = 300
SECONDS = 60


def connect(folder: Path) -> Connection:
    broker.register()
    options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "processed_folder": str(folder / "taken"),
        "polling_interval": 0.02,
    }
    return Connection("localfiles://localhost/", transport_options=options)


def publish(folder: Path, producer: int, count: int) -> None:
    with connect(folder) as connection:
        queue = connection.SimpleQueue("work")
        for number in range(count):
            queue.put({"producer": producer, "number": number})
        queue.close()


def consume(folder: Path, consumer: int, until: int) -> list[tuple[int, int]]:
    """Write what was received to a file of this consumer; end when all files hold ``until``."""
    received: list[tuple[int, int]] = []
    limit = time.monotonic() + SECONDS
    with connect(folder) as connection, (folder / f"{consumer}.got").open("a") as record:
        queue = connection.SimpleQueue("work")
        while len(written(folder)) < until and time.monotonic() < limit:
            try:
                message = queue.get(timeout=0.2)
            except queue.Empty:
                continue
            pair = (message.payload["producer"], message.payload["number"])
            received.append(pair)
            record.write(f"{pair[0]} {pair[1]}\n")
            record.flush()
            message.ack()
        queue.close()
    return received


def written(folder: Path) -> list[tuple[int, int]]:
    pairs = []
    for file in folder.glob("*.got"):
        for line in file.read_text().splitlines():
            producer, number = line.split()
            pairs.append((int(producer), int(number)))
    return pairs


def test_no_message_is_lost_or_doubled_with_many_producers_and_consumers(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    total = PRODUCERS * MESSAGES
    processes = [
        spawn.Process(target=publish, args=(tmp_path, number, MESSAGES))
        for number in range(PRODUCERS)
    ]
    processes += [
        spawn.Process(target=consume, args=(tmp_path, number, total))
        for number in range(CONSUMERS)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(SECONDS + 10)
    assert [process.exitcode for process in processes] == [0] * len(processes)
    expected = [(p, n) for p in range(PRODUCERS) for n in range(MESSAGES)]
    assert sorted(written(tmp_path)) == expected


def test_messages_come_out_in_the_order_in_which_they_were_put(tmp_path: Path) -> None:
    publish(tmp_path, 1, 50)
    assert consume(tmp_path, 1, until=50) == [(1, number) for number in range(50)]


def test_a_message_half_written_is_never_seen_by_a_consumer(tmp_path: Path) -> None:
    publish(tmp_path, 1, 3)
    (tmp_path / "messages" / ".0.tmp").write_bytes(b'{"torn":')
    assert len(consume(tmp_path, 1, until=3)) == 3
    with connect(tmp_path) as connection:
        queue = connection.SimpleQueue("work")
        assert queue.qsize() == 0
        queue.close()


def test_nothing_of_a_message_stays_on_disk_after_it_was_taken(tmp_path: Path) -> None:
    publish(tmp_path, 1, 3)
    consume(tmp_path, 1, until=3)
    assert list((tmp_path / "messages").iterdir()) == []
    assert list((tmp_path / "taken").iterdir()) == []

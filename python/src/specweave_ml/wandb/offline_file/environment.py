"""The record of program and machine, with the names of ``wandb-metadata.json``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .wire import content, fields, signed, text, unsigned

Decode = Callable[[Any], Any]
NANOSECONDS = 1e-9


def message(**members: tuple[int, Decode]) -> Decode:
    """Return what reads a message with these members; others are skipped."""
    by_number = {number: (name, decode) for name, (number, decode) in members.items()}

    def decode_message(data: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, value in fields(content(data)):
            if number in by_number:
                name, decode = by_number[number]
                found[name] = decode(value)
        return found

    return decode_message


def seconds(data: Any) -> float:
    """Return a time in seconds since 1970."""
    parts = {number: signed(value) for number, value in fields(content(data))}
    return parts.get(1, 0) + parts.get(2, 0) * NANOSECONDS


MAP_OF_TEXTS = message(key=(1, text), value=(2, text))
MAP_OF_DISKS = message(key=(1, text), value=(2, message(total=(1, unsigned), used=(2, unsigned))))

ONE: Mapping[int, tuple[str, Decode]] = {
    1: ("os", text),
    2: ("python", text),
    3: ("started_at", seconds),
    4: ("docker", text),
    6: ("program", text),
    7: ("code_path", text),
    8: ("code_path_local", text),
    9: ("git", message(remote=(1, text), commit=(2, text))),
    10: ("email", text),
    11: ("root", text),
    12: ("host", text),
    13: ("username", text),
    14: ("executable", text),
    15: ("colab", text),
    16: ("cpu_count", unsigned),
    17: ("cpu_count_logical", unsigned),
    18: ("gpu_type", text),
    19: ("gpu_count", unsigned),
    21: ("memory", message(total=(1, unsigned))),
    22: ("cpu", message(count=(1, unsigned), count_logical=(2, unsigned), model=(3, text))),
    23: (
        "apple",
        message(
            name=(1, text),
            ecpu_cores=(2, unsigned),
            pcpu_cores=(3, unsigned),
            gpu_cores=(4, unsigned),
            memory_gb=(5, unsigned),
            swap_total_bytes=(6, unsigned),
            ram_total_bytes=(7, unsigned),
            mac_model=(8, text),
        ),
    ),
    25: ("cuda_version", text),
}
SEVERAL: Mapping[int, tuple[str, Decode]] = {
    5: ("args", text),
    24: (
        "gpu_nvidia",
        message(
            name=(1, text),
            memory_total=(2, unsigned),
            cuda_cores=(3, unsigned),
            architecture=(4, text),
            uuid=(5, text),
        ),
    ),
    26: ("gpu_amd", message(id=(1, text), series=(8, text), model=(9, text), vendor=(10, text))),
}
MAPS: Mapping[int, tuple[str, Decode]] = {20: ("disk", MAP_OF_DISKS), 27: ("slurm", MAP_OF_TEXTS)}


def environment(record: Mapping[int, list[Any]]) -> dict[str, Any]:
    """Return the members of the record that it has."""
    found: dict[str, Any] = {}
    for number, values in record.items():
        if number in ONE:
            name, decode = ONE[number]
            found[name] = decode(values[-1])
        elif number in SEVERAL:
            name, decode = SEVERAL[number]
            found[name] = [decode(value) for value in values]
        elif number in MAPS:
            name, decode = MAPS[number]
            entries = [decode(value) for value in values]
            found[name] = {entry.get("key", ""): entry.get("value") for entry in entries}
    return found

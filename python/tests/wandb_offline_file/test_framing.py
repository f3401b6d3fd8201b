"""Files that are damaged, cut off, foreign or from the future."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from specweave_ml.errors import FormatError, StorageError
from specweave_ml.wandb.offline_file.file import OfflineFile
from specweave_ml.wandb.offline_file.framing import Damage
from specweave_ml.wandb.offline_file.records import HistoryRow
from support.offline_run_file import BLOCK, HEADER, chunk, field, framed, record, row, write


def steps(file: OfflineFile) -> list[int | None]:
    """Return the steps of the rows that can be read."""
    return [found.step for found in file.records() if isinstance(found, HistoryRow)]


def rows(count: int, filler: int = 0) -> list[bytes]:
    return [row(step, loss=step / 8, text="x" * filler) for step in range(count)]


@pytest.mark.parametrize("filler", [0, 100, BLOCK - 120, BLOCK - 60, 3 * BLOCK])
def test_every_record_is_read_wherever_the_blocks_end(tmp_path: Path, filler: int) -> None:
    file = OfflineFile(write(tmp_path / "run-a.wandb", rows(40, filler)))
    assert steps(file) == list(range(40))
    assert file.damage == []
    assert not file.ended


@pytest.mark.parametrize("unused", range(8))
def test_the_unused_bytes_of_a_block_are_skipped(tmp_path: Path, unused: int) -> None:
    size = BLOCK - len(HEADER) - 7 - unused
    candidates = (row(0, text="x" * length) for length in range(BLOCK - 200, BLOCK))
    filled = next(candidate for candidate in candidates if len(candidate) == size)
    path = write(tmp_path / "run-a.wandb", [filled, row(1, loss=1)])
    assert steps(OfflineFile(path)) == [0, 1]


def test_a_file_that_is_cut_off_anywhere_gives_all_whole_records(tmp_path: Path) -> None:
    records = [row(0, loss=1), row(1, text="y" * 70), row(2, loss=3)]
    whole = HEADER + framed(records)
    ends = [len(HEADER) + len(framed(records[:count])) for count in range(4)]
    path = tmp_path / "run-a.wandb"
    for size in range(len(HEADER), len(whole)):
        path.write_bytes(whole[:size])
        file = OfflineFile(path)
        complete = sum(end <= size for end in ends) - 1
        assert steps(file) == list(range(complete))
        if size in ends:
            assert file.damage == []
        else:
            (damage,) = file.damage
            assert (damage.offset, damage.length) == (ends[complete], size - ends[complete])
            assert damage.at_end
        assert file.report() == ""


def test_a_record_over_several_blocks_that_is_cut_off_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "run-a.wandb", [row(0, loss=1), row(1, text="z" * 3 * BLOCK)])
    begun = len(HEADER) + len(framed([row(0, loss=1)]))
    for size in (2 * BLOCK, 2 * BLOCK + 3, 2 * BLOCK + 100):
        data = path.read_bytes()[:size]
        cut = tmp_path / "run-cut.wandb"
        cut.write_bytes(data)
        file = OfflineFile(cut)
        assert steps(file) == [0]
        assert [(damage.offset, damage.length) for damage in file.damage] == [(begun, size - begun)]
        assert file.damage[0].at_end


def test_only_the_damaged_record_is_lost(tmp_path: Path) -> None:
    records = rows(3000, 20)
    path = write(tmp_path / "run-a.wandb", records)
    data = bytearray(path.read_bytes())
    begin = len(HEADER) + len(framed(records[:1500]))
    data[begin + 30] ^= 0x55
    path.write_bytes(data)
    file = OfflineFile(path)
    assert steps(file) == [step for step in range(3000) if step != 1500]
    length = len(framed([records[1500]]))
    assert file.damage == [Damage(begin, length, "the bytes do not fit their checksum")]
    assert file.report() == (
        f"{path}: byte {begin}, {length} bytes: the bytes do not fit their checksum"
    )


def test_damage_of_a_length_loses_what_cannot_be_found_and_no_more(tmp_path: Path) -> None:
    records = rows(3000, 20)
    path = write(tmp_path / "run-a.wandb", records)
    data = bytearray(path.read_bytes())
    begin = len(HEADER) + len(framed(records[:1000]))
    data[begin + 4 : begin + 6] = b"\xff\xff"
    path.write_bytes(data)
    file = OfflineFile(path)
    assert steps(file) == [step for step in range(3000) if step != 1000]
    assert file.damage[0].reason == "a chunk that is longer than its block"


def test_a_page_of_zeros_is_one_damage_with_everything_around_it_read(tmp_path: Path) -> None:
    records = rows(9000, 20)
    path = write(tmp_path / "run-a.wandb", records)
    data = bytearray(path.read_bytes())
    data[40_000:140_000] = bytes(100_000)
    path.write_bytes(data)
    file = OfflineFile(path)
    found = steps(file)
    lost = sorted(set(range(9000)) - set(found))
    assert lost == list(range(lost[0], lost[-1] + 1))
    size = len(framed(records[:100])) // 100
    assert len(lost) <= 100_000 // size + BLOCK // size + 4
    (damage,) = file.damage
    assert damage.offset <= 40_000
    assert damage.offset + damage.length >= 140_000


def test_damage_within_a_record_of_several_blocks_loses_that_record(tmp_path: Path) -> None:
    records = [row(0, loss=1), row(1, text="z" * 4 * BLOCK), row(2, loss=2)]
    path = write(tmp_path / "run-a.wandb", records)
    data = bytearray(path.read_bytes())
    data[2 * BLOCK + 50] ^= 1
    path.write_bytes(data)
    file = OfflineFile(path)
    assert steps(file) == [0, 2]
    (damage,) = file.damage
    begun = len(HEADER) + len(framed(records[:1]))
    assert (damage.offset, damage.length) == (begun, len(framed(records[:2])) - begun + 7)


def test_zeros_at_the_end_are_the_end(tmp_path: Path) -> None:
    path = write(tmp_path / "run-a.wandb", rows(5))
    size = path.stat().st_size
    path.write_bytes(path.read_bytes() + bytes(5000))
    file = OfflineFile(path)
    assert steps(file) == list(range(5))
    assert [(damage.offset, damage.at_end) for damage in file.damage] == [(size, True)]


def test_a_record_that_is_no_message_is_reported_and_skipped(tmp_path: Path) -> None:
    bad = b"\x12\x05\x0a\x7fabc"  # a row whose item is longer than the row
    path = write(tmp_path / "run-a.wandb", [row(0, loss=1), bad, row(1, loss=2)])
    file = OfflineFile(path)
    assert steps(file) == [0, 1]
    assert file.damage == [
        Damage(
            len(HEADER) + len(framed([row(0, loss=1)])),
            len(bad),
            "in a record: a value that is longer than its row",
        )
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty, so W&B wrote nothing of this run"),
        (b":W&B", "cut off at byte 4, within the header of 7 bytes"),
        (
            b"PK\x03\x04 and more",
            r"byte 0: begins with b'PK\x03\x04 an', which no .wandb file does",
        ),
        (HEADER[:4] + b"\xe2\xbe\x00", "byte 0: begins with "),
        (
            HEADER[:6] + b"\x01",
            "byte 6: version 1 of the format, which is newer than this reader; it knows version 0",
        ),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_name_and_the_byte(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "run-a.wandb"
    path.write_bytes(content)
    with pytest.raises(FormatError) as refused:
        list(OfflineFile(path).records())
    assert str(refused.value).startswith(f"{path}: ")
    assert message in str(refused.value)


def test_a_file_that_is_not_there_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read: No such file"):
        list(OfflineFile(tmp_path / "run-a.wandb").records())


def test_no_bytes_make_it_fail_otherwise(tmp_path: Path) -> None:
    """Random damage of any kind ends in records, reported damage, or both."""
    chance = random.Random(13)  # noqa: S311 - the same in every run
    whole = HEADER + framed(rows(60, 1500))
    path = tmp_path / "run-a.wandb"
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(HEADER), len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                del data[at : at + chance.randrange(1, 2000)]
        path.write_bytes(data)
        file = OfflineFile(path)
        found = steps(file)
        assert found == sorted({step for step in found if step is not None})
        assert len(found) == 60 or file.damage


def test_messages_of_any_bytes_are_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random(31)  # noqa: S311 - the same in every run
    records = []
    for _ in range(3000):
        kind = chance.choice((2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 17, 18, 21, 25, 26, 90))
        body = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
        records.append(bytes([kind << 3 & 0x7F | 2 | 0x80, kind >> 4, len(body)]) + body)
    file = OfflineFile(write(tmp_path / "run-a.wandb", records))
    read = sum(1 for _ in file.records())
    assert read + len(file.damage) == 3000
    assert len(file.damage) > 1000


def test_deep_values_and_endless_numbers_are_refused(tmp_path: Path) -> None:
    deep = field(1, "a") + field(16, "[" * 100_000)
    endless = b"\x80" * 4000
    records = [record(2, field(1, deep)), b"\x12\xa0\x1f" + endless, row(3, loss=1)]
    file = OfflineFile(write(tmp_path / "run-a.wandb", records))
    assert steps(file) == [3]
    assert len(file.damage) == 2


def test_searching_for_the_next_chunk_is_bounded(tmp_path: Path) -> None:
    """Bytes that all look like the beginning of a long chunk."""
    lure = b"\x01\x01\x40" * (BLOCK // 3)
    path = tmp_path / "run-a.wandb"
    path.write_bytes(HEADER + lure * 8 + chunk(1, b"")[:3])
    file = OfflineFile(path)
    assert steps(file) == []
    assert file.damage[0].offset == len(HEADER)
    assert sum(damage.length for damage in file.damage) == path.stat().st_size - len(HEADER)

"""What is known of experiments, written into the project's documentation."""

from __future__ import annotations

import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from specweave import FormatError, StorageError, load_experiment, sync_living_docs, track_experiment
from specweave_ml._native.increments import Increment
from specweave_ml._native.library import library
from specweave_ml._native.text import owned_json
from support import polyglot
from support.command import run_by
from support.read_only import mounted_read_only, without_power
from support.schema_check import validate

INTERNAL = Path(".specweave/docs/internal")
EXPERIMENTS = INTERNAL / "architecture/ml-experiments.md"
PAGES = [
    EXPERIMENTS,
    INTERNAL / "architecture/ml-models.md",
    INTERNAL / "runbooks/model-training.md",
]
BEGIN = "<!-- specweave-ml:begin increment=0042-recommendation-model -->"
END = "<!-- specweave-ml:end increment=0042-recommendation-model -->"


@pytest.fixture(autouse=True)
def experiment(project: Path) -> None:
    with track_experiment("exp-001-baseline", capture=False) as exp:
        exp.log_metric("accuracy", 0.5)


def changes(report: bool = False) -> list[str]:
    return [file.change for file in sync_living_docs(report=report).files]


def test_three_pages_are_made_and_kept_up_to_date(project: Path) -> None:
    docs = sync_living_docs("0042")
    assert docs.increment == "0042-recommendation-model"
    assert [file.path for file in docs.files] == [project / page for page in PAGES]
    assert [file.change for file in docs.files] == ["created"] * 3
    assert docs.selected == []
    assert changes() == ["unchanged"] * 3
    load_experiment("exp-001").select(rationale=["The only one"])
    docs = sync_living_docs()
    assert [file.change for file in docs.files] == ["updated"] * 3
    assert docs.selected == ["exp-001-baseline"]
    assert "- The only one\n" in EXPERIMENTS.read_text("utf-8")


def test_a_second_run_writes_nothing(project: Path) -> None:
    changes(report=True)
    files = [*PAGES, *project.glob(".specweave/increments/*/reports/*.md")]
    assert len(files) == 4
    before = [(file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) for file in files]
    assert changes(report=True) == ["unchanged"] * 4
    after = [(file.read_bytes(), file.stat().st_mtime_ns, file.stat().st_ino) for file in files]
    assert after == before


def test_the_report_is_written_on_request(project: Path) -> None:
    changes()
    assert not list(project.glob(".specweave/increments/*/reports"))
    docs = sync_living_docs(report=True)
    report = project / ".specweave/increments/0042-recommendation-model/reports/ml-experiments.md"
    assert docs.files[-1] == (report, "created")
    assert "- exp-001-baseline (accuracy=0.50)\n" in report.read_text("utf-8")


def test_text_around_the_blocks_stays_byte_for_byte(project: Path) -> None:
    EXPERIMENTS.parent.mkdir(parents=True)
    source = random.Random(11)  # noqa: S311
    for ending in (b"\n", b"\r\n"):
        for mark in (b"", b"\xef\xbb\xbf"):
            before = mark + source.randbytes(40).replace(b"\0", b"x") + ending
            after = ending + source.randbytes(40).replace(b"\0", b"x")
            if before.startswith((b"\xff\xfe", b"\xfe\xff")):
                continue
            old = BEGIN.encode() + ending + b"old" + ending + END.encode()
            EXPERIMENTS.write_bytes(before + old + after)
            assert changes()[0] == "updated"
            new = EXPERIMENTS.read_bytes()
            assert new.startswith(before + BEGIN.encode() + ending)
            assert new.endswith(ending + END.encode() + after)
            ours = new[len(before) : len(new) - len(after)]
            assert ours.count(b"\n") == ours.count(ending) > 5
            assert changes()[0] == "unchanged"


def test_increments_share_a_page(project: Path) -> None:
    changes()
    (project / ".specweave/increments/0043-other").mkdir()
    (project / ".specweave/increments/0043-other/spec.md").write_text(
        "---\ntitle: 'The Other'\n---\n# Increment 43: Heading\n", "utf-8"
    )
    first = EXPERIMENTS.read_text("utf-8")
    assert sync_living_docs("0043").files == []
    with track_experiment("a", increment="0043", capture=False) as exp:
        exp.log_metric("auc", 0.5)
    sync_living_docs("0043")
    both = EXPERIMENTS.read_text("utf-8")
    assert both.startswith(first.rstrip("\n"))
    assert "## The Other (Increment 0043)\n" in both
    assert "## Recommendation Model (Increment 0042)\n" in both


def test_damaged_markers_stop_with_file_and_line(project: Path) -> None:
    changes()
    load_experiment("exp-001").select()
    runbook = project / PAGES[2]
    runbook.write_text(runbook.read_text("utf-8").replace(END, ""), "utf-8")
    before = [page.read_bytes() for page in PAGES]
    with pytest.raises(FormatError) as problem:
        sync_living_docs()
    assert f"{runbook}:5: a block begins here and ends nowhere" in str(problem.value)
    assert [page.read_bytes() for page in PAGES] == before


def test_links_out_of_the_project_are_refused(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (project / ".specweave/docs").symlink_to(outside)
    with pytest.raises(StorageError, match="is a link out of the project"):
        sync_living_docs()
    assert list(outside.iterdir()) == []


def test_links_in_the_project_are_followed(project: Path) -> None:
    (project / "handbook").mkdir()
    (project / ".specweave/docs").symlink_to(project / "handbook")
    changes()
    assert (project / "handbook/internal/architecture/ml-experiments.md").is_file()


def test_a_page_that_is_a_link_is_left(project: Path) -> None:
    EXPERIMENTS.parent.mkdir(parents=True)
    (project / "page.md").write_text("mine", "utf-8")
    EXPERIMENTS.symlink_to(project / "page.md")
    with pytest.raises(StorageError, match="is a link, and is not replaced"):
        sync_living_docs()
    assert (project / "page.md").read_text("utf-8") == "mine"
    assert not PAGES[1].exists()


def test_a_store_that_cannot_be_written_keeps_the_old_pages(project: Path) -> None:
    changes()
    before = [page.read_bytes() for page in PAGES]
    load_experiment("exp-001").select()
    with mounted_read_only(project) as prefix:
        code = (
            "from specweave import StorageError, sync_living_docs\n"
            "try: sync_living_docs()\n"
            "except StorageError as e: print('refused', 'Read-only' in str(e))\n"
        )
        done = subprocess.run(
            [*prefix, sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
    assert done.stdout == "refused True\n", done.stderr
    assert [page.read_bytes() for page in PAGES] == before
    assert {path.name for path in EXPERIMENTS.parent.iterdir()} == {
        "ml-experiments.md",
        "ml-models.md",
    }


def test_a_page_keeps_its_permissions_and_a_read_only_one_its_text(project: Path) -> None:
    changes()
    EXPERIMENTS.chmod(0o640)
    load_experiment("exp-001").select()
    assert changes() == ["updated"] * 3
    assert stat.S_IMODE(EXPERIMENTS.stat().st_mode) == 0o640
    load_experiment("exp-001").select(selected=False)
    PAGES[2].chmod(0o440)
    before = [page.read_bytes() for page in PAGES]
    code, text, messages = run_by(without_power(), "sync-docs")
    assert (code, text) == (1, "")
    assert messages == (
        f"specweave-ml: cannot write '{project / PAGES[2]}': Permission denied; check the "
        "permissions\n"
    )
    assert [page.read_bytes() for page in PAGES] == before


def test_a_write_that_fails_leaves_the_old_page_whole(project: Path, tmp_path: Path) -> None:
    inject = polyglot.compile_tracer("inject", tmp_path)
    changes()
    pages = [project / page for page in PAGES]
    for page in pages:
        page.write_bytes(b"Mine.\r\n" + page.read_bytes() + b"\xff Mine too.")
    old = [page.read_bytes() for page in pages]
    load_experiment("exp-001").select(rationale=["The only one"])
    fresh = [b"was selected by", b"### Algorithm", b"### Steps"]

    def attempt(how: str, calls: str) -> int:
        for page, content in zip(pages, old, strict=True):
            page.write_bytes(content)
        code = run_by([inject, how, calls], "sync-docs")[0]
        for page, was, sign in zip(pages, old, fresh, strict=True):
            now = page.read_bytes()
            whole = now.startswith(b"Mine.\r\n") and now.endswith(b"\xff Mine too.")
            assert now == was or (whole and sign in now), (how, calls)
        return code

    last = 1
    while attempt("torn", str(last)) != 0:  # killed in the middle of a call
        last += 1
    assert last > 9
    failed = [attempt(how, f"{n}-{n}") for how in ("28", "5") for n in range(1, last)]
    assert set(failed) == {0, 1}
    changes()
    assert sorted(path.name for path in pages[0].parent.iterdir()) == [
        "ml-experiments.md", "ml-models.md",
    ]  # fmt: skip


def test_the_library_says_what_the_schema_says(project: Path) -> None:
    increment = Increment.find()
    validate("living-docs", owned_json(library().et_increment_sync_docs, increment._native, None))

"""Media that are logged: the JSON in the history, and the file beside it."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import wave
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

import specweave.wandb as wandb
from specweave_ml import public
from specweave_ml.errors import TrackingWarning
from specweave_ml.wandb.local.media import image as image_module
from specweave_ml.wandb.local.media import png
from specweave_ml.wandb.runs.history_file import read_lines

load_experiment = public.load("load_experiment")
PIXELS = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def logged(value: Any, key: str = "x") -> tuple[Any, Path]:
    """Log one value; return what the history has, and the folder of the experiment."""
    with wandb.init(name="run") as run:
        run.log({key: value})
        folder = run.experiment.path
    lines = {line["key"]: line["value"] for line in read_lines(folder)}
    return lines[key], folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_array_becomes_a_png_with_these_pixels() -> None:
    found, folder = logged(wandb.Image(PIXELS, caption="a cat"))
    path = folder / found["path"]
    assert found == {
        "_type": "image-file",
        "caption": "a cat",
        "format": "png",
        "height": 4,
        "width": 6,
        "path": f"media/images/x_0_{found['sha256'][:20]}.png",
        "sha256": sha256(path),
        "size": path.stat().st_size,
    }
    assert np.array_equal(np.asarray(Pillow.open(path)), PIXELS)


def test_the_file_is_an_artifact_with_its_caption_and_step() -> None:
    found, _ = logged(wandb.Image(PIXELS, caption="a cat"))
    experiment = load_experiment("run")
    facts = {one["path"]: one for one in experiment.artifacts}[found["path"]]
    assert facts["sha256"] == found["sha256"]
    assert facts["kind"] == "figure"
    assert facts["details"]["caption"] == "a cat"
    assert facts["details"]["step"] == 0


@pytest.mark.parametrize(
    ("pixels", "mode"),
    [
        (PIXELS[:, :, 0], "L"),
        (PIXELS, "RGB"),
        (np.concatenate([PIXELS, PIXELS[:, :, :1]], axis=2), "RGBA"),
    ],
)
def test_without_pillow_the_pixels_are_the_same(
    pixels: Any, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_module, "optional", lambda name: None)
    for data in (pixels, pixels.tolist()):
        made = wandb.Image(data)
        with Pillow.open(io.BytesIO(made.read())) as opened:
            opened.load()
            assert opened.mode == mode
            assert np.array_equal(np.asarray(opened), pixels)


def test_a_png_of_our_own_is_one() -> None:
    data = png.png(bytes(range(12)), 2, 2, 3)
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (2, 2)
    assert zlib.decompress(data[41:-16]) == b"\0" + bytes(range(6)) + b"\0" + bytes(range(6, 12))
    assert png.size_of(data) == (2, 2)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP"])
def test_the_size_of_a_file_is_known_without_pillow(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"picture.{form.lower()}"
    Pillow.new("RGB", (37, 11), "red").save(path)
    monkeypatch.setattr(image_module, "optional", lambda name: None)
    found, folder = logged(wandb.Image(str(path)))
    assert (found["width"], found["height"], found["format"]) == (37, 11, form.lower())
    assert (folder / found["path"]).read_bytes() == path.read_bytes()


def test_a_list_of_images_is_one_entry() -> None:
    found, folder = logged([wandb.Image(PIXELS, caption="a"), wandb.Image(PIXELS[:2])], "dir/im")
    assert found["_type"] == "images/separated"
    assert (found["count"], found["width"], found["height"]) == (2, 6, 4)
    assert found["captions"] == ["a", None]
    assert all(name.startswith("media/images/dir/im_0_") for name in found["filenames"])
    assert all((folder / name).is_file() for name in found["filenames"])


def test_boxes_and_masks_are_files_of_their_own() -> None:
    box = {"position": {"minX": 0.1, "maxX": 0.2, "minY": 0.1, "maxY": 0.3}, "class_id": 1}
    mask = np.zeros((4, 6), dtype=np.uint8)
    mask[1, 2] = 3
    found, folder = logged(
        wandb.Image(
            PIXELS,
            boxes={"truth": {"box_data": [box], "class_labels": {1: "cat"}}},
            masks={"guess": {"mask_data": mask}},
            classes=[{"id": 1, "name": "cat"}],
        )
    )
    boxes = json.loads((folder / found["boxes"]["truth"]["path"]).read_text())
    assert boxes == {"box_data": [box], "class_labels": {"1": "cat"}}
    assert found["boxes"]["truth"]["_type"] == "boxes2D"
    assert np.array_equal(np.asarray(Pillow.open(folder / found["masks"]["guess"]["path"])), mask)
    assert found["masks"]["guess"]["path"].startswith("media/images/mask/x_0_")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"boxes": {"a": {"box_data": [{"position": {"minX": 1}}]}}}, "each box has a position"),
        ({"boxes": {"a": {"box_data": 3}}}, "list of boxes"),
        ({"masks": {"a": {"mask_data": np.full((2, 2), 300)}}}, "from 0 to 255"),
        ({"masks": {"a": {"mask_data": np.zeros(3)}}}, "two dimensions"),
        ({"masks": {"a": {}}}, "neither 'mask_data' nor a 'path'"),
    ],
)
def test_wrong_layers_are_refused(options: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        wandb.Image(PIXELS, **options)


@pytest.mark.parametrize("shape", [(3,), (2, 2, 7), (2, 2, 2, 2)])
def test_what_is_no_image_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="is not an image"):
        wandb.Image(np.zeros(shape))


def test_an_image_that_is_logged_again_stays_the_file_it_was() -> None:
    image = wandb.Image(PIXELS)
    with wandb.init(name="run") as run:
        run.log({"x": image})
        run.log({"x": image})
        paths = [line["value"]["path"] for line in read_lines(run.experiment.path)]
    assert len(set(paths)) == 1
    assert paths[0].startswith("media/images/x_0_")


def test_a_histogram_has_the_counts_of_numpy() -> None:
    values = np.random.default_rng(0).normal(size=500)
    found, _ = logged(wandb.Histogram(values, num_bins=16))
    counts, edges = np.histogram(values, bins=16)
    assert found == {"_type": "histogram", "values": counts.tolist(), "bins": edges.tolist()}


def test_a_histogram_without_numpy_has_the_same_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    from specweave_ml.wandb.local.media import histogram

    values = [1, 2, 2, 3.5, 9, -4]
    counts, edges = np.histogram(values, bins=5)
    monkeypatch.setattr(histogram, "optional", lambda name: None)
    found = wandb.Histogram(values, num_bins=5)
    assert found.histogram == counts.tolist()
    assert found.bins == pytest.approx(edges.tolist())


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: wandb.Histogram(np_histogram=([1], [1])), "one edge more than counts"),
        (lambda: wandb.Histogram(np_histogram=([1], [1, 2], 3)), "is a pair"),
        (lambda: wandb.Histogram([1, 2], num_bins=600), "at most 512 bins"),
    ],
)
def test_wrong_histograms_are_refused(made: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made()


def test_arrays_are_lists_or_histograms() -> None:
    assert logged(np.array([1.5, 2.5]))[0] == [1.5, 2.5]
    found, _ = logged(np.arange(100))
    assert found["_type"] == "histogram"
    assert sum(found["values"]) == 100
    with wandb.init(name="number") as run:
        run.log({"scalar": np.array([2.5])})
    assert load_experiment("number").metrics["scalar"] == 2.5


def test_html_is_a_file() -> None:
    found, folder = logged(wandb.Html("<h1>x</h1>", inject=False))
    assert (folder / found["path"]).read_text() == "<h1>x</h1>"
    assert found["_type"] == "html-file"
    injected = wandb.Html("<html><head><title>t</title></head></html>").html
    assert injected == '<html><head><base target="_blank"><title>t</title></head></html>'


def test_a_sound_made_of_samples_is_a_wave_file() -> None:
    found, folder = logged(wandb.Audio([0.0, 1.0, -1.0, 0.5], sample_rate=8000, caption="beep"))
    with wave.open(str(folder / found["path"])) as file:
        assert (file.getframerate(), file.getnframes(), file.getnchannels()) == (8000, 4, 1)
        assert np.frombuffer(file.readframes(4), dtype="<i2").tolist() == [0, 32767, -32767, 16384]
    assert found["caption"] == "beep"


def test_a_film_made_of_frames_is_a_gif() -> None:
    frames = np.zeros((3, 3, 8, 10), dtype=np.uint8)
    frames[1] = 255
    found, folder = logged(wandb.Video(frames, fps=2, format="gif"))
    assert (found["width"], found["height"]) == (10, 8)
    with Pillow.open(folder / found["path"]) as film:
        assert getattr(film, "n_frames", 0) == 3
        assert film.info["duration"] == 500


def test_points_in_space_and_molecules(tmp_path: Path) -> None:
    found, folder = logged(wandb.Object3D(np.array([[1.0, 2.0, 3.0]])))
    assert json.loads((folder / found["path"]).read_text()) == [[1.0, 2.0, 3.0]]
    assert found["path"].endswith(".pts.json")
    (tmp_path / "m.pdb").write_text("ATOM")
    found, folder = logged([wandb.Molecule(str(tmp_path / "m.pdb"))])
    assert found["_type"] == "molecule"
    assert (folder / found["filenames"][0]).read_text() == "ATOM"
    with pytest.raises(ValueError, match="3 columns"):
        wandb.Object3D(np.zeros((2, 5)))


def test_a_box_in_space_is_turned() -> None:
    half = 0.5**0.5
    box = wandb.box3d(
        center=(1, 0, 0), size=(2, 4, 6), orientation=(half, 0, 0, half), color=(1, 2, 3)
    )
    corners = np.array(box["corners"])
    assert corners.shape == (8, 3)
    # A quarter turn around z: the sides along x and y change places.
    assert corners.min(axis=0) == pytest.approx([-1, -1, -3])
    assert corners.max(axis=0) == pytest.approx([3, 1, 3])


def test_figures_of_plotly_and_matplotlib() -> None:
    import matplotlib.figure
    import plotly.graph_objects as go

    found, folder = logged(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])))
    assert found["_type"] == "plotly-file"
    drawn = json.loads((folder / found["path"]).read_text())
    assert drawn["data"][0]["y"] == [3, 4]
    figure = matplotlib.figure.Figure(figsize=(2, 1), dpi=50)
    figure.subplots().imshow(PIXELS)
    found, folder = logged(figure)
    assert (found["_type"], found["width"], found["height"]) == ("image-file", 100, 50)


def test_a_key_does_not_lead_out_of_the_folder() -> None:
    found, folder = logged(wandb.Image(PIXELS), "../../x")
    assert (folder / found["path"]).is_file()
    assert found["path"].startswith("media/images/__/__/x_0_")


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        ("a b/c:d?*", "a b/c-d--_0_"),
        ("con/x", "con_/x_0_"),
        ("a//b/", "a/b_0_"),
        ("/absolute", "absolute_0_"),
        ("dots./x", "dots._/x_0_"),
        ("k" * 400, "k" * 18 + "~"),
        ("ü/日本", "ü/日本_0_"),
        ("a\x00b", "a-b_0_"),
    ],
)
def test_any_key_has_a_file_that_every_computer_can_store(key: str, beginning: str) -> None:
    found, folder = logged(wandb.Image(PIXELS), key)
    assert found["path"].startswith(f"media/images/{beginning}")
    assert (folder / found["path"]).is_file()


def test_histograms_are_in_tensorboard() -> None:
    with wandb.init(name="run") as run:
        run.log({"weights": wandb.Histogram([1, 2, 2, 9], num_bins=4)})
        run.log({"group": {"array": np.arange(100.0)}})
    (first, second) = load_experiment("run").event_values(kind="histogram")
    assert (first.key, first.step) == ("weights", 0)
    assert first.value.counts == [3, 0, 0, 1]
    assert first.value.edges == [1, 3, 5, 7, 9]
    assert (second.key, second.step, sum(second.value.counts)) == ("group.array", 1, 100)


def test_arrays_without_a_finite_number_are_text() -> None:
    assert logged(np.full(50, np.nan))[0].startswith("[nan nan")
    found, _ = logged(np.array([1.0, np.inf] * 40))
    assert sum(found["values"]) == 40


def test_a_disk_that_takes_no_file_takes_the_rest_of_the_row(run: Any) -> None:
    done = run(
        """
        import os, resource, signal, specweave.wandb as wandb
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with wandb.init(name="full", settings={"console": "off"}) as run:
            noise = os.urandom(300 * 300)
            rows = [list(noise[start : start + 300]) for start in range(0, len(noise), 300)]
            resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
            run.log({"a": 1, "image": wandb.Image(rows), "b": 2})
        """,
        warnings="default",
    )
    assert done.returncode == 0, done.stderr
    assert "value 'image' was not recorded: saving media/images/image_0_" in done.stderr
    found = load_experiment("full")
    assert dict(found.metrics) == {"a": 1, "b": 2}
    assert not list(found.path.glob("media/images/*"))


def test_too_many_images_are_told() -> None:
    few = wandb.Image(PIXELS)
    with pytest.warns(TrackingWarning, match="only the first 108 of 110 images are kept"):
        found, _ = logged([few] * 110)
    assert found["count"] == 108


def test_an_image_behind_a_url_says_what_to_do() -> None:
    image = wandb.Image("https://example.com/cat.png")
    with wandb.init() as run, pytest.raises(ValueError, match="download it first"):
        run.log({"x": image})

"""Points, boxes and bodies in space, and molecules."""

from __future__ import annotations

import io
import itertools
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from ...._native.optional_packages import is_a, need
from .json_text import plain
from .run_files import RunFiles
from .value import Media, text_of

POINTS = ".pts.json"
COLUMNS = (3, 4, 6)
POINT_CLOUD = (
    "the points of an Object3D are an array with 3 columns (x y z), 4 (x y z category) or 6 "
    "(x y z r g b)"
)


class Object3D(Media):
    """A cloud of points, a scene of points, boxes and vectors, or a file of a body."""

    SUPPORTED_TYPES: ClassVar[tuple[str, ...]] = (
        *("obj", "gltf", "glb", "babylon", "stl", "pts.json"),
    )
    SUPPORTED_POINT_CLOUD_TYPES: ClassVar[tuple[str, ...]] = ("lidar/beta",)
    _log_type: ClassVar[str] = "object3D-file"
    folder: ClassVar[str] = "media/object3D"

    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: Any) -> None:
        super().__init__(caption)
        data = data_or_path
        if hasattr(data, "name") and not isinstance(data, os.PathLike):
            data = data.name
        if hasattr(data, "read"):
            extension = checked_type(self.SUPPORTED_TYPES, kwargs.get("file_type"))
            self._set_bytes(text_of(data).encode(), extension)
        elif isinstance(data, (str, os.PathLike)):
            path = os.fspath(data)
            known = [kind for kind in self.SUPPORTED_TYPES if path.endswith("." + kind)]
            checked_type(self.SUPPORTED_TYPES, known[0] if known else Path(path).suffix[1:])
            self._set_path(path, f".{known[0]}")
        elif isinstance(data, dict) and "type" in data:
            if data["type"] not in self.SUPPORTED_POINT_CLOUD_TYPES:
                raise ValueError(f"a scene has the type 'lidar/beta', not {data['type']!r}")
            parts = {part: plain(data.get(part, [])) for part in ("vectors", "points", "boxes")}
            self._set_bytes(scene({"type": data["type"], **parts}), POINTS)
        elif is_a(data, "numpy.ndarray") or isinstance(data, (list, tuple)):
            points = plain(data)
            if not points or not all(
                isinstance(point, list) and len(point) in COLUMNS for point in points
            ):
                raise ValueError(POINT_CLOUD)
            self._set_bytes(scene(points), POINTS)
        else:
            raise ValueError(
                f"an Object3D is made of points, a scene or a file, not of a {type(data).__name__}"
            )

    @classmethod
    def from_file(cls, data_or_path: Any, file_type: str | None = None) -> Object3D:
        """Return the body of a file, or of something to read of the given type."""
        return cls(data_or_path, file_type=file_type)

    @classmethod
    def from_numpy(cls, data: Any) -> Object3D:
        """Return a cloud of points."""
        return cls(data)

    @classmethod
    def from_point_cloud(
        cls,
        points: Sequence[Any],
        boxes: Sequence[Any],
        vectors: Sequence[Any] | None = None,
        point_cloud_type: str = "lidar/beta",
    ) -> Object3D:
        """Return a scene of points, boxes and vectors."""
        parts = {"points": points, "boxes": boxes, "vectors": vectors or []}
        return cls({"type": point_cloud_type, **parts})

    @classmethod
    def several_for_run(
        cls, items: Sequence[Object3D], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of bodies."""
        parts = [item.for_run(files, key, step) for item in items]
        names = [part["path"].removeprefix(f"{cls.folder}/") for part in parts]
        return {"_type": "object3D", "filenames": names, "count": len(parts), "objects": parts}


def box3d(
    *,
    center: Any,
    size: Any,
    orientation: Any,
    color: Any,
    label: str | None = None,
    score: float | None = None,
) -> dict[str, Any]:
    """Return a box for `Object3D`, of its middle, its size and its turn as a quaternion."""
    middle, sides, turn = (
        [float(number) for number in plain(part)] for part in (center, size, orientation)
    )
    for name, part, count in (("center", middle, 3), ("size", sides, 3), ("orientation", turn, 4)):
        if len(part) != count:
            raise ValueError(f"box3d({name}=…) takes {count} numbers, not {len(part)}")
    matrix = rotation(turn)
    corners = []
    for signs in itertools.product((-1, 1), repeat=3):
        scaled = [0.5 * side * sign for side, sign in zip(sides, signs, strict=True)]
        turned = [sum(scaled[row] * matrix[row][column] for row in range(3)) for column in range(3)]
        corners.append(tuple(a + b for a, b in zip(middle, turned, strict=True)))
    return {"corners": tuple(corners), "color": color, "label": label, "score": score}


def rotation(quaternion: Sequence[float]) -> list[list[float]]:
    """Return the matrix that turns rows, of a quaternion (w, x, y, z) of any length."""
    length = sum(part * part for part in quaternion) ** 0.5
    if not length:
        raise ValueError("box3d(orientation=…) is a quaternion, which is not all zeros")
    w, x, y, z = (part / length for part in quaternion)
    return [
        [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
        [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
        [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
    ]


def scene(value: Any) -> bytes:
    """Return points or a scene as the bytes of their file."""
    return json.dumps(value, separators=(",", ":")).encode()


def checked_type(known: Sequence[str], kind: str | None) -> str:
    """Return the ending of a file of this type, if it is one."""
    if kind is None:
        raise ValueError("something to read needs the argument file_type=")
    if kind not in known:
        raise ValueError(f"the type {kind!r} is none of {', '.join(known)}")
    return f".{kind}"


class Molecule(Media):
    """A molecule: a file, something to read, or an object of RDKit."""

    SUPPORTED_TYPES: ClassVar[tuple[str, ...]] = (
        *("pdb", "pqr", "mmcif", "mcif", "cif", "sdf", "sd", "gro", "mol2", "mmtf"),
    )
    SUPPORTED_RDKIT_TYPES: ClassVar[tuple[str, ...]] = ("mol", "sdf")
    _log_type: ClassVar[str] = "molecule-file"
    folder: ClassVar[str] = "media/molecule"

    def __init__(self, data_or_path: Any, caption: str | None = None, **kwargs: Any) -> None:
        super().__init__(caption)
        data = data_or_path
        if hasattr(data, "name") and not isinstance(data, os.PathLike):
            data = data.name
        if hasattr(data, "read"):
            extension = checked_type(self.SUPPORTED_TYPES, kwargs.get("file_type"))
            self._set_bytes(text_of(data).encode(), extension)
        elif isinstance(data, (str, os.PathLike)):
            checked_type(self.SUPPORTED_TYPES, Path(data).suffix[1:])
            self._set_path(data)
        else:
            raise ValueError(f"a Molecule is made of a file, not of a {type(data).__name__}")

    @classmethod
    def from_rdkit(
        cls,
        data_or_path: Any,
        caption: str | None = None,
        convert_to_3d_and_optimize: bool = True,
        mmff_optimize_molecule_max_iterations: int = 200,
    ) -> Molecule:
        """Return a molecule of RDKit, or of a file that RDKit reads."""
        chem = need("rdkit.Chem", "Molecule.from_rdkit()")
        molecule = data_or_path
        if isinstance(data_or_path, (str, os.PathLike)):
            path = os.fspath(data_or_path)
            kind = checked_type(cls.SUPPORTED_RDKIT_TYPES, Path(path).suffix[1:])
            molecule = (
                next(iter(chem.SDMolSupplier(path)))
                if kind == ".sdf"
                else chem.MolFromMolFile(path)
            )
        if convert_to_3d_and_optimize:
            shapes = need("rdkit.Chem.AllChem", "Molecule.from_rdkit()")
            molecule = chem.AddHs(molecule)
            shapes.EmbedMolecule(molecule)
            iterations = mmff_optimize_molecule_max_iterations
            shapes.MMFFOptimizeMolecule(molecule, maxIters=iterations)
        block = chem.rdmolfiles.MolToPDBBlock(molecule)
        return cls(io.StringIO(block), caption=caption, file_type="pdb")

    @classmethod
    def from_smiles(
        cls, data: str, caption: str | None = None, sanitize: bool = True, **options: Any
    ) -> Molecule:
        """Return the molecule of a SMILES text; the options are those of `from_rdkit`."""
        chem = need("rdkit.Chem", "Molecule.from_smiles()")
        molecule = chem.MolFromSmiles(data, sanitize=sanitize)
        if molecule is None:
            raise ValueError(f"{data!r} is no SMILES text")
        return cls.from_rdkit(molecule, caption, **options)

    @classmethod
    def several_for_run(
        cls, items: Sequence[Molecule], files: RunFiles, key: str, step: int | str
    ) -> dict[str, Any]:
        """Return the JSON of a list of molecules."""
        parts = [item.for_run(files, key, step) for item in items]
        return {
            "_type": "molecule",
            "filenames": [part["path"] for part in parts],
            "count": len(parts),
            "captions": cls.captions(items),
        }

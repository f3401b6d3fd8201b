"""Compares this project with its peers and with the machine: `make benchmarks`.

python3 benchmarks/run.py                           everything, about twenty minutes
python3 benchmarks/run.py --only point kill         these sections
python3 benchmarks/run.py --tools specweave Aim     these tools and the floors
python3 benchmarks/run.py --write                   into docs/benchmarks.md, pictures and README.md
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from trackbench import environments, machine, readme, report, running
from trackbench.suite import SECTIONS


def main() -> None:
    """Install, measure, print, and write where asked to."""
    options = arguments()
    chosen = [section for section in SECTIONS if not options.only or section.name in options.only]
    used = running.tools_of(chosen, options.tools)
    swift_program = environments.build_ours()
    versions = running.versions_of(used)
    with tempfile.TemporaryDirectory(dir=options.work, prefix="benchmark-") as work:
        results = {
            "machine": machine.facts(Path(work)),
            "versions": versions,
            "sections": running.run(chosen, used, Path(work), swift_program),
        }
    environments.ENVIRONMENTS.mkdir(exist_ok=True)
    file = environments.ENVIRONMENTS / "results.json"
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    if options.write:
        write(file)
    print(report.markdown(results))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [section.name for section in SECTIONS]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="SECTION", help=", ".join(names)
    )
    parser.add_argument("--tools", nargs="+", metavar="TOOL", help="names as in the tables")
    parser.add_argument("--work", type=Path, help="where stores are made; the temporary folder")
    parser.add_argument(
        "--write", action="store_true", help="renew docs/benchmarks.md and README.md"
    )
    return parser.parse_args()


def write(results: Path) -> None:
    """The committed report and its pictures."""
    docs = environments.PROJECT / "docs"
    python = environments.python("specweave")
    subprocess.run(
        [str(python), "-m", "trackbench.pictures", str(results), str(docs / "benchmarks")],
        check=True, cwd=environments.HERE,
    )  # fmt: skip
    found = json.loads(results.read_bytes())
    content = report.markdown(found, pictures="benchmarks")
    (docs / "benchmarks.md").write_text(content, encoding="utf-8")
    if all(found["sections"].get(name) for name in ("cold-start", "point", "kill")):
        readme.renew(environments.PROJECT / "README.md", found)


if __name__ == "__main__":
    main()

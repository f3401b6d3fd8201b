"""One measurement: a fresh process in the environment of its tool.

    python -m trackbench.child WORKLOAD MODULE CLASS FOLDER OPTIONS RESULT

It imports nothing that it does not need, because its start is measured too.
"""

from __future__ import annotations

import sys
import time


def main() -> None:
    """Do one workload with one tool, and leave its figures in the file RESULT."""
    begin = time.perf_counter()
    workload, module, name, folder, options, result = sys.argv[1:]
    import importlib
    import json
    from pathlib import Path

    from trackbench.adapters.base import NotMeasuredError

    harness = time.perf_counter() - begin
    figures: dict[str, object]
    try:
        adapter = getattr(importlib.import_module(f"trackbench.adapters.{module}"), name)
        import_seconds = time.perf_counter() - begin - harness
        work = importlib.import_module(f"trackbench.workloads.{workload}")
        figures = work.run(adapter, Path(folder), json.loads(options), import_seconds)
    except NotMeasuredError as reason:
        figures = {"not_measured": str(reason)}
    Path(result).write_text(json.dumps(figures), encoding="utf-8")


if __name__ == "__main__":
    main()

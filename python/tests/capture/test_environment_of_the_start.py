"""What a thread of its own captures uses the environment that the experiment was started with.

Another thread may set a variable meanwhile, and reading the environment of the process then ends it
with a segmentation fault.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from conftest import Run


def test_variables_that_are_set_after_the_start_are_not_read(run: Run, project: Path) -> None:
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (project / "model.py").write_text("x = 1\n")
    for arguments in (["init", "-q"], ["add", "model.py"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *arguments], cwd=project, check=True)
    (project / "model.py").write_text("x = 2\n")
    result = run(
        """
        import os
        from specweave import track_experiment
        from specweave_ml._native.library import library
        exp = track_experiment("late", capture=False)
        os.environ["PATH"] = "/nowhere"
        assert library().et_experiment_capture_git(exp._native, 60.0) == 0
        exp.finish()
        patch = exp.path / "environment" / "uncommitted.patch"
        print(exp.facts["git"].get("dirty"), patch.is_file())
        """
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == "True True\n"


def test_variables_may_be_set_while_it_captures(run: Run, project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    result = run(
        """
        import os
        from specweave import track_experiment
        for number in range(20):
            with track_experiment(f"e{number}", capture=("git", "code")):
                for index in range(400):
                    os.environ[f"V{index}"] = "x" * 40
            for index in range(400):
                del os.environ[f"V{index}"]
        """
    )
    assert result.returncode == 0, result.stderr

"""`python -m specweave_ml` is the command line `specweave-ml`."""

from __future__ import annotations

import os
import sys
import sysconfig
from ctypes import c_char_p

from ._native.library import library


def main() -> int:
    """Run the command line of this process and return its exit code."""
    program = os.path.join(sysconfig.get_path("scripts"), "specweave-ml")
    arguments = [os.fsencode(word) for word in (program, *sys.argv[1:])]
    sys.stdout.flush()
    return int(library().et_command_run(len(arguments), (c_char_p * len(arguments))(*arguments)))


if __name__ == "__main__":
    sys.exit(main())

"""The function that older C libraries have under another version gives what the newest gives."""

from __future__ import annotations

import subprocess
from pathlib import Path

from support.c_header import ROOT

PROGRAM = """
#include "Sources/CPlatform/older_glibc.c"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int different(float x, float y) {
  volatile float first = x, second = y;
  float ours = __wrap_hypotf(first, second), theirs = hypotf(first, second);
  if (isnan(ours) && isnan(theirs)) return 0;
  if (memcmp(&ours, &theirs, sizeof ours) == 0) return 0;
  printf("hypotf(%a, %a) is %a, not %a\\n", x, y, theirs, ours);
  return 1;
}

int main(void) {
  const float special[] = {0.0f, -0.0f, 1.0f, -3.0f, 4.0f, 1e-45f, 1e-38f, 3e38f, -3e38f,
                           INFINITY, -INFINITY, NAN};
  const size_t count = sizeof special / sizeof *special;
  int wrong = 0, compared = 0;
  for (size_t i = 0; i < count; i++)
    for (size_t j = 0; j < count; j++, compared++) wrong += different(special[i], special[j]);
  uint64_t state = 88172645463325252u;
  for (int i = 0; i < 1000000 && wrong < 10; i++, compared++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    uint32_t bits[2] = {(uint32_t)state, (uint32_t)(state >> 32)};
    /* Every other pair is of about the same size, where both matter. */
    if (i % 2) bits[1] = (bits[1] & 0x807FFFFFu) | (bits[0] & 0x7F800000u);
    float x, y;
    memcpy(&x, &bits[0], sizeof x), memcpy(&y, &bits[1], sizeof y);
    wrong += different(x, y);
  }
  printf("%d compared, %d different\\n", compared, wrong);
  return wrong != 0;
}
"""


def test_the_hypotenuse_of_floats_is_that_of_the_c_library(tmp_path: Path) -> None:
    source = tmp_path / "compare.c"
    source.write_text(PROGRAM, "utf-8")
    program = str(tmp_path / "compare")
    compile_it = ["cc", "-std=gnu11", "-O2", "-fno-builtin", "-Wall", f"-I{ROOT}", str(source)]
    subprocess.run([*compile_it, "-o", program, "-lm"], check=True)
    done = subprocess.run([program], capture_output=True, text=True, check=False)
    assert done.stdout == "1000144 compared, 0 different\n"

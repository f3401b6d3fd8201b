#!/bin/sh
# Prints the comparison that the demo wrote, and where to look next.
# Usage: tools/show_demo.sh FOLDER BIN
set -e
for comparison in "$1"/.specweave/increments/*/experiments/comparison.md; do
  echo
  cat "$comparison"
  experiments=$(dirname "$comparison")
done
cat <<END

Where to look next

  Every experiment in a folder of its own     ls $experiments
  The curves, live while training             $2/tensorboard --logdir $experiments
  The example that you just ran               examples/python/model_comparison.py
END

#!/bin/sh
# Says what is missing before anything else fails with an obscure message.
# Usage: tools/preflight.sh PYTHON
python=$1
status=0

missing() {
  printf 'missing: %s\n  %s\n' "$1" "$2" >&2
  status=1
}

command -v swift >/dev/null ||
  missing "swift" "Install Swift 6.3 or later: https://swift.org/install/linux"
command -v cc >/dev/null || missing "cc" "Install a C compiler; on Debian: apt-get install gcc libc6-dev"
command -v readelf >/dev/null || missing "readelf" "On Debian: apt-get install binutils"
command -v git >/dev/null || missing "git" "On Debian: apt-get install git"

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  missing "Python 3.10 or later as \`$python\`" "Name another one: make PYTHON=python3.12 ..."
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  # Debian splits it from Python; in a container the builder is root and may add it.
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq python3-venv >&2
  fi
  "$python" -c 'import ensurepip, venv' 2>/dev/null ||
    missing "the venv module of $python" "On Debian: apt-get install python3-venv"
fi
exit $status

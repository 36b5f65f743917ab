#!/usr/bin/env bash
# Install locked requirements and this checkout into a virtual environment: with uv when it can be had, else with pip.
set -euo pipefail
venv=$1 requirements=$2
python="$venv/bin/python"

uv=$(command -v uv || true)
if [ -z "$uv" ] && "$python" -m pip install --quiet --disable-pip-version-check uv 2> /dev/null; then
  uv="$venv/bin/uv"
fi
if [ -n "$uv" ]; then
  "$uv" pip install --quiet --python "$python" --compile-bytecode --require-hashes --requirement "$requirements"
  "$uv" pip install --quiet --python "$python" --no-deps --editable .
else
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements"
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi

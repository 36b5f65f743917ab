#!/usr/bin/env bash
# Install locked requirements and this checkout into a virtual environment: with uv when it can be had and works, else
# with pip. uv trusts the certificates of the machine, as pip does with a company's proxy in between.
set -euo pipefail
venv=$1 requirements=$2
python="$venv/bin/python"

with_uv() {
  uv=$(command -v uv || true)
  if [ -z "$uv" ]; then
    "$python" -m pip install --quiet --disable-pip-version-check uv 2> /dev/null || return
    uv="$venv/bin/uv"
  fi
  export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-1}"
  "$uv" pip install --quiet --python "$python" --compile-bytecode --require-hashes --requirement "$requirements" &&
    "$uv" pip install --quiet --python "$python" --no-deps --editable .
}

with_pip() {
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$requirements" &&
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
}

with_uv || with_pip

#!/usr/bin/env bash
# Give the files of /run/secrets to Kestra without showing them in `docker inspect`: each file NAME becomes the
# variable NAME, which the configuration reads, and SECRET_NAME in base64, which {{ secret('NAME') }} reads.
set -euo pipefail
for file in "${SECRETS_DIR:-/run/secrets}"/*; do
  [ -f "$file" ] || continue
  name=$(basename "$file" | tr '[:lower:]-' '[:upper:]_')
  value=$(cat "$file")
  export "$name=$value" "SECRET_$name=$(printf %s "$value" | base64 | tr -d '\n')"
done
exec "$@"

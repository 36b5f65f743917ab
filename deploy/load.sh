#!/usr/bin/env bash
# Load the flows and the namespace files into a Kestra that answers, with Kestra's own client. Safe to run again.
# KESTRACTL_HOST, KESTRACTL_USERNAME and KESTRACTL_PASSWORD say where and as whom.
set -euo pipefail
namespace=${NAMESPACE:-bottleneck}
if [ -z "${KESTRACTL_PASSWORD:-}" ] && [ -f /run/secrets/kestra_password ]; then
  KESTRACTL_PASSWORD=$(cat /run/secrets/kestra_password)
  export KESTRACTL_PASSWORD
fi
kestractl flows deploy subflows --override --fail-fast
kestractl flows deploy flows --override --fail-fast
kestractl nsfiles upload "$namespace" bottleneck_tasks bottleneck_tasks --no-root --override --fail-fast
kestractl nsfiles upload "$namespace" namespace_files/config config --no-root --override --fail-fast
kestractl nsfiles upload "$namespace" namespace_files/contracts contracts --no-root --override --fail-fast

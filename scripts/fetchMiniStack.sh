#!/usr/bin/env bash
# Makes sure that MiniStack, a local AWS, is at hand with the engine behind its Athena; prints the Python that runs it, as
# `$(scripts/fetchMiniStack.sh) -m ministack`. 0.3 GB, kept outside the repository (see pythonEnvironment.sh).
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
environment=$("$here/pythonEnvironment.sh" ministack ministack==1.5.33 duckdb==2.0.1 pyarrow==26.0.1)
echo "$environment/bin/python"

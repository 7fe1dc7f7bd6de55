#!/usr/bin/env bash
# A Python virtual environment with exactly the packages given; prints its folder. Usage: pythonEnvironment.sh NAME PACKAGE==VERSION...
# Kept under TENANTSCOPE_TOOLS (default ~/.cache/tenantscope-ci), outside the repository. Its own scripts do not run from
# there, since they name the folder they were made in: run `bin/python -m MODULE`.
set -euo pipefail
name=$1
shift
tools=${TENANTSCOPE_TOOLS:-$HOME/.cache/tenantscope-ci}
# Other packages are another environment, so that none is ever changed under somebody who runs it.
environment=$tools/$name-$(printf '%s\n' "$@" | sha256sum | cut -c1-12)
if [ ! -d "$environment" ]; then
  work=$tools/.fetch-$$
  mkdir -p "$work"
  trap 'rm -rf "$work"' EXIT
  python3 -m venv "$work/environment" >&2
  "$work/environment/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >&2
  # Whole or not at all, also when two of these run at once.
  mv -T "$work/environment" "$environment" 2>/dev/null || [ -d "$environment" ]
fi
echo "$environment"

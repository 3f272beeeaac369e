#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests the archive that `mvn -Pdist -DskipTests package` has made: unpacks it, runs a node from it
# as it is and on a runtime of its own, calls its demo, and checks the unit of systemd. Says what it
# could not check. Needs a JDK 25 with jlink: CALIMERO_JAVA_HOME, or the first that is found.
set -euo pipefail

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
archive=${1:-$(ls -t "$project"/dist/target/calimero-*.tar.gz | head -n 1)}
work=$(mktemp -d)
node=''
finish() {
  if [ -n "$node" ]; then kill "$node" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
fail() {
  printf 'test-archive: %s\n' "$1" >&2
  if [ -e "$work/said" ]; then cat "$work/said" >&2; fi
  exit 1
}

tar -xzf "$archive" -C "$work"
root=$(echo "$work"/calimero-*)
for file in calimero LICENSE README.md conf/calimero.yaml docs/operations.md apps/kv-store/kv-store.wasm \
  bin/make-runtime systemd/calimero.service docker/Dockerfile docker/compose.yaml; do
  [ -e "$root/$file" ] || fail "$file is missing"
done
[ -x "$root/calimero" ] || fail 'calimero is not executable'

# Starts a node in the home $1 and calls its demo.
demo() {
  local began=${EPOCHREALTIME/[.,]/} base
  : >"$work/said"
  CALIMERO_P2P_HOSTS=127.0.0.1 "$root/calimero" up --demo --home "$work/$1" --http-port 0 --p2p-port 0 \
    >"$work/said" 2>&1 &
  node=$!
  until grep -q '^The demo is' "$work/said"; do
    kill -0 "$node" 2>/dev/null || fail 'the node ended'
    sleep 0.05
  done
  echo "$1: the demo is there after $(((${EPOCHREALTIME/[.,]/} - began) / 1000)) ms"
  grep -q 'JIT on' "$work/said" || fail 'applications are not compiled'
  base=$(sed -n 's/^Calimero .* | http \(http[^ ]*\) .*/\1/p' "$work/said")
  context=$("$root/calimero" context list --node "$base" | grep -oE '[1-9A-HJ-NP-Za-km-z]{43,44}' | head -n 1)
  "$root/calimero" call --node "$base" "$context" set '{"key":"a","value":"1"}' >/dev/null || fail 'set fails'
  "$root/calimero" call --node "$base" "$context" get '{"key":"a"}' | grep -q 1 || fail 'get does not get it'
  kill "$node"
  wait "$node" || [ $? = 143 ] || fail 'the node did not end as it should'
  node=''
}

demo 'on a JDK'
"$root/bin/make-runtime" || fail 'make-runtime fails'
unset CALIMERO_JAVA_HOME
du -sh "$root/runtime" | cut -f 1
demo 'on its runtime'
cp -R "$root/lib" "$root/lib.copy" && rm -r "${root:?}/lib" && mv "$root/lib.copy" "$root/lib"
demo 'with an outdated cache'
if grep -qi 'aot\|cds' "$work/said"; then fail 'an outdated cache is complained of'; fi

if command -v systemd-analyze >/dev/null; then
  sed "s|/opt/calimero|$root|g" "$root/systemd/calimero.service" >"$work/calimero.service"
  systemd-analyze verify "$work/calimero.service" || fail 'the unit of systemd is wrong'
  systemd-analyze security --offline=true "$work/calimero.service" | tail -n 1
else
  echo 'not checked: the unit of systemd, for want of systemd-analyze'
fi
if ! command -v docker >/dev/null || ! docker info >/dev/null 2>&1; then
  echo 'not checked: docker/, for want of a Docker engine'
elif docker build -q -f "$root/docker/Dockerfile" "$root" >/dev/null; then
  docker compose -f "$root/docker/compose.yaml" config -q
else
  fail 'the image cannot be built'
fi

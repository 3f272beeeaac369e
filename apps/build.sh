#!/usr/bin/env bash
# Builds the sample applications from their sources and checks them.
#
#   apps/build.sh            all of them
#   apps/build.sh kv-store   one
#
# Tools: see docs/applications.md. RUSTC names another Rust compiler than the system's; only the
# system's (Debian 12, Rust 1.63) gives the very bytes that are committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

RUSTC=${RUSTC:-/usr/bin/rustc}
TARGET=wasm32-unknown-unknown
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT

missing=()
[ -x "$RUSTC" ] || missing+=(rustc)
if [ -x "$RUSTC" ] && ! [ -d "$("$RUSTC" --print target-libdir --target "$TARGET" 2>/dev/null)" ]; then
  missing+=(libstd-rust-dev-wasm32)
fi
command -v wasm-ld >/dev/null || missing+=(lld)
command -v node >/dev/null || missing+=(nodejs)
if [ ${#missing[@]} -gt 0 ]; then
  echo "apps/build.sh: missing: ${missing[*]}" >&2
  echo "On Debian or Ubuntu: apt-get install -y ${missing[*]}" >&2
  echo "Elsewhere: docs/applications.md" >&2
  exit 2
fi

# The same bytes on every machine: relative paths, one codegen unit, nothing about this build.
flags=(--edition 2021 -D warnings -C opt-level=s -C codegen-units=1 -C overflow-checks=on
  -C debuginfo=0 --remap-path-prefix "$PWD=." --remap-path-prefix "$OUT=out")
guest=(--target "$TARGET" -C panic=abort "${flags[@]}")

# The parts that need no host, tested on this machine.
for source in sdk/src/{json,codec,base58}.rs expenses/src/settle.rs; do
  part=$(basename "$source" .rs)
  "$RUSTC" --test "${flags[@]}" -A dead_code "$source" -o "$OUT/test-$part"
  "$OUT/test-$part" --quiet >"$OUT/test-$part.log" || { cat "$OUT/test-$part.log" >&2; exit 1; }
done

# build NAME SHAPE: the application in folder NAME, calling the host in the shape `ref` or `split`.
build() {
  local name=$1 shape=$2 features=()
  [ "$shape" = split ] && features=(--cfg 'feature="split"')
  "$RUSTC" --crate-name calimero_guest --crate-type rlib "${guest[@]}" ${features[@]+"${features[@]}"} \
    -C embed-bitcode=yes sdk/src/lib.rs -o "$OUT/libcalimero_guest_$shape.rlib"
  "$RUSTC" --crate-name "${name//-/_}" --crate-type cdylib "${guest[@]}" -C lto \
    -C linker=wasm-ld -C link-arg=-s -C link-arg=-zstack-size=65536 \
    --extern "calimero_guest=$OUT/libcalimero_guest_$shape.rlib" "$name/src/lib.rs" -o "$OUT/$name.wasm"
  cp "$OUT/$name.wasm" "$name/$name.wasm"
  printf '%s: %d bytes\n' "$name" "$(wc -c <"$name/$name.wasm")"
}

# build_assemblyscript NAME: the application in folder NAME, written in AssemblyScript.
build_assemblyscript() {
  local name=$1 asc=${ASC:-}
  [ -n "$asc" ] || asc=$(command -v asc || true)
  if [ -z "$asc" ]; then
    echo "apps/build.sh: missing: asc (npm install assemblyscript@0.28.4; ASC names it)" >&2
    exit 2
  fi
  "$asc" "$name/$name.ts" -O3z --runtime stub --use abort= --noAssert -o "$OUT/$name.wasm"
  cp "$OUT/$name.wasm" "$name/$name.wasm"
  printf '%s: %d bytes\n' "$name" "$(wc -c <"$name/$name.wasm")"
}

[ $# -gt 0 ] || set -- kv-store expenses files notes relay tally
for name in "$@"; do
  case $name in
    kv-store) build "$name" split ;;
    expenses | files | notes | relay) build "$name" ref ;;
    tally) build_assemblyscript "$name" ;;
    *) echo "apps/build.sh: there is no application $name here" >&2; exit 2 ;;
  esac
  node check.mjs "$name"
done

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds the guests of the tests from their sources. Needs wat2wasm of the WebAssembly Binary
# Toolkit (Debian: wabt). The results are committed, so that the build of the node does not.
set -eu
cd "$(dirname "$0")"
for source in *.wat; do
  wat2wasm --enable-threads "$source" -o "${source%.wat}.wasm"
done

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures the node of this checkout; see docs/benchmarks.md. `bench/run.sh --help` lists the options.
#
#   CALIMERO_JAVA_HOME   the JDK 25 to use, instead of the one that is found
set -euo pipefail

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# The launcher builds what is newer than its jar, this module with it.
"$root/calimero" --version >&2

java=''
for home in "${CALIMERO_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*25* \
  /Library/Java/JavaVirtualMachines/*25*/Contents/Home "${HOME:-}"/.sdkman/candidates/java/25*; do
  if [ -r "$home/release" ] && grep -q '^JAVA_VERSION="25' "$home/release"; then
    java=$home/bin/java
    break
  fi
done
if [ -z "$java" ]; then
  echo 'bench/run.sh: needs a JDK 25: export CALIMERO_JAVA_HOME=/path/to/jdk-25' >&2
  exit 127
fi

# The flags of the node, because the large log is written with the same engine, and as a service of
# the cluster it has Hazelcast, which asks for the last of them.
exec "$java" -Xmx3g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI -Dhazelcast.logging.type=slf4j \
  --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED \
  --add-opens java.base/sun.nio.ch=ALL-UNNAMED \
  --add-opens java.management/sun.management=ALL-UNNAMED \
  --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED \
  "--upgrade-module-path=$root/verticles/target/compiler" \
  -cp "$root/bench/target/*:$root/bench/target/lib/*" \
  io.calimero.node.bench.Bench --root "$root" "$@"

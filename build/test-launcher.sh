#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Tests ./calimero with JDKs and a Maven that only pretend: what it finds, when it builds, and how it
# starts java. Prints nothing and ends with 0 if every rule holds.
set -euo pipefail

launcher=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/calimero
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
work=$(cd "$work" && pwd -P)
checkout="$work/a checkout"
tools="$work/tools"
broken=0

# Only what the launcher may need: no java and no mvn of this machine.
mkdir -p "$tools" "$work/maven" "$work/no maven"
for tool in bash cat dirname find flock head ls mkdir perl readlink rm touch sleep; do
  found=$(command -v "$tool") && ln -s "$found" "$tools/$tool"
done

# jdk FOLDER VERSION [MODULES]: a JDK whose java prints what it was started with.
jdk() {
  mkdir -p "$1/bin"
  printf 'IMPLEMENTOR="Nobody"\nJAVA_VERSION="%s"\nMODULES="%s"\n' "$2" "${3:-java.base jdk.internal.vm.ci}" >"$1/release"
  cat >"$1/bin/java" <<'EOF'
#!/usr/bin/env bash
echo "pid $$"
echo "java $0"
for argument in "$@"; do echo "argument $argument"; done
EOF
  cp "$1/bin/java" "$1/bin/javac"
  chmod +x "$1/bin/java" "$1/bin/javac"
}

cat >"$work/maven/mvn" <<'EOF'
#!/usr/bin/env bash
echo "$*" >>runs
if [ -e wait ]; then
  # Until the other launcher has said that it waits, at most 20 s.
  for _ in {1..400}; do
    case $(cat output) in *waiting*) break ;; esac
    sleep 0.05
  done
fi
[ -e fails ] && { echo "ERROR it does not compile"; exit 1; }
source=events/src/main/java/A.java
if [ -e edit ]; then until [ $source -nt verticles/target/calimero-build/started ]; do touch $source; done; fi
ls verticles/target/calimero-node-*.jar verticles/target/lib/*.jar 2>/dev/null >>leftovers
mkdir -p verticles/target/lib verticles/target/compiler
touch verticles/target/lib/a.jar verticles/target/compiler/b.jar
[ -e broken-off ] && { touch verticles/target/calimero-node-1.jar; kill -9 "$PPID"; exit 1; }
touch verticles/target/calimero-node-1.jar
exit 0
EOF
chmod +x "$work/maven/mvn"

fresh_checkout() {
  rm -rf "$checkout"
  mkdir -p "$checkout/events/src/main/java" "$checkout/verticles/src/main/java"
  cp "$launcher" "$checkout/calimero"
  touch -t 202001010000 "$checkout/pom.xml" "$checkout/events/pom.xml" "$checkout/verticles/pom.xml" \
    "$checkout/events/src/main/java/A.java"
  find "$checkout" -type d -exec touch -t 202001010000 {} +
  : >"$checkout/runs"
}

# run [VARIABLE=VALUE…] PROGRAM [ARGUMENT…]: its output in $out, its exit code in $code.
run() {
  code=0
  out=$(env -i "PATH=$tools:$work/maven" "HOME=$work/home" "CALIMERO_JDK_DIRS=$work/jdks" "$@" 2>&1) || code=$?
}

calimero() { run "$@" "$checkout/calimero" up; }

fail() {
  broken=$((broken + 1))
  printf '%s: %s\n  exit code %s, output:\n%s\n' "$rule" "$1" "$code" "$out" >&2
}

says() { case $out in *"$1"*) ;; *) fail "does not say: $1" ;; esac; }
ends_with() { [ "$code" = "$1" ] || fail "should end with $1"; }
runs_java() { ends_with 0; says "java $1/bin/java"; }
has_built() {
  local runs
  runs=$(wc -l <"$checkout/runs")
  [ "$((runs))" = "$1" ] || fail "has built $((runs)) times, not $1"
}

rule='no JDK found'
fresh_checkout
jdk "$work/jdks/seventeen" 17.0.2
calimero
ends_with 127
says 'needs a JDK 25, and found none'
says "Java 17.0.2 in $work/jdks/seventeen"
says 'export CALIMERO_JAVA_HOME='
has_built 0

rule='a JDK without JVMCI is not taken'
jdk "$work/jdks/small" 25 java.base
calimero
ends_with 127
says 'built without JVMCI'

rule='a runtime without javac is not taken where something is built'
jdk "$work/jdks/runtime" 25
rm "$work/jdks/runtime/bin/javac"
calimero
ends_with 127
says 'but without javac'

rule='other numbers that begin alike are not taken'
jdk "$work/jdks/later" 250.1
calimero
ends_with 127

rule='a JDK in an odd place'
jdk "$work/odd place/one/Contents/Home" 25.0.1
calimero "CALIMERO_JDK_DIRS=$work/nowhere:$work/odd place"
runs_java "$work/odd place/one/Contents/Home"
calimero "CALIMERO_JAVA_HOME=$work/odd place/one/Contents/Home"
runs_java "$work/odd place/one/Contents/Home"
calimero "JAVA_HOME=$work/odd place/one/Contents/Home"
runs_java "$work/odd place/one/Contents/Home"
mkdir -p "$work/bin"
ln -s "$work/odd place/one/Contents/Home/bin/java" "$work/bin/link"
ln -s link "$work/bin/java"
calimero "PATH=$tools:$work/maven:$work/bin"
runs_java "$work/odd place/one/Contents/Home"

rule='an early-access version counts'
jdk "$work/early" 25-ea
calimero "CALIMERO_JAVA_HOME=$work/early"
runs_java "$work/early"

rule='a wrong CALIMERO_JAVA_HOME is not passed over in silence'
jdk "$work/jdks/right" 25
calimero "CALIMERO_JAVA_HOME=$work/jdks/seventeen"
ends_with 127
says "CALIMERO_JAVA_HOME: Java 17.0.2 in $work/jdks/seventeen"
calimero "CALIMERO_JAVA_HOME=$work/nothing"
ends_with 127
says "CALIMERO_JAVA_HOME=$work/nothing, which is no JDK"

rule='another JAVA_HOME does not hinder'
calimero "JAVA_HOME=$work/jdks/seventeen"
runs_java "$work/jdks/right"

rule='the first run builds, the second does not'
fresh_checkout
calimero
runs_java "$work/jdks/right"
says 'building; the first time takes'
has_built 1
calimero
runs_java "$work/jdks/right"
has_built 1

rule='a newer source is built'
touch "$checkout/events/src/main/java/A.java"
calimero
says 'building, as sources have changed'
runs_java "$work/jdks/right"
has_built 2
touch -t 203001010000 "$checkout/events/pom.xml"
calimero
has_built 3
touch -t 202001010000 "$checkout/events/pom.xml"

rule='what a running node has open is not overwritten, and no old library stays'
[ -z "$(cat "$checkout/leftovers")" ] || fail "left over: $(cat "$checkout/leftovers")"

rule='a removed source is built'
rm "$checkout/events/src/main/java/A.java"
calimero
has_built 4

rule='what was edited during a build is built next time'
fresh_checkout
touch "$checkout/edit"
calimero
rm "$checkout/edit"
calimero
calimero
has_built 2

rule='a build by hand counts'
touch -t 203001010000 "$checkout/events/src/main/java/A.java"
touch -t 203001010001 "$checkout/verticles/target/calimero-node-1.jar"
calimero
has_built 2

rule='a failed build is shown, and tried again'
fresh_checkout
touch "$checkout/fails"
calimero
ends_with 1
says 'ERROR it does not compile'
rm "$checkout/fails"
calimero
runs_java "$work/jdks/right"
has_built 2

rule='a build broken off is done again'
fresh_checkout
touch "$checkout/broken-off"
calimero
rm "$checkout/broken-off"
calimero
runs_java "$work/jdks/right"
has_built 2

rule='Maven is missing'
fresh_checkout
calimero "PATH=$tools:$work/no maven"
ends_with 127
says 'needs Maven (mvn), which is missing'

# Both build locks: where there is flock, and where there is only perl.
mkdir "$work/without flock"
cp -R "$tools/." "$work/without flock/"
rm -f "$work/without flock/flock"
for path in "$tools" "$work/without flock"; do
  rule="two at once build once, with $path"
  fresh_checkout
  touch "$checkout/wait" "$checkout/output"
  for _ in one other; do
    env -i "PATH=$path:$work/maven" "CALIMERO_JDK_DIRS=$work/jdks" "$checkout/calimero" up \
      >>"$checkout/output" 2>&1 &
  done
  wait
  code=0
  out=$(cat "$checkout/output")
  has_built 1
  runs_java "$work/jdks/right"
  says 'waiting for another build'
  [ "$(grep -c '^pid' "$checkout/output")" = 2 ] || fail 'java must be started twice'
done

rule='java gets the arguments, the options and the places, and takes the process over'
fresh_checkout
calimero
run "CALIMERO_JAVA_OPTS=-Xmx1g -Done" "$checkout/calimero" up 'a b' '' '{"x": "*"}'
for line in '-XX:+EnableJVMCI' "--upgrade-module-path=$checkout/verticles/target/compiler" '-Xmx1g' '-Done' \
  "-Dcalimero.launcher=$checkout/calimero" "-Dcalimero.root=$checkout" \
  "$checkout/verticles/target/calimero-node-1.jar:$checkout/verticles/target/lib/*"; do
  says "argument $line"
done
says "argument io.calimero.node.cli.Main
argument up
argument a b
argument${IFS:0:1}
argument {\"x\": \"*\"}"
env -i "PATH=$tools" "CALIMERO_JDK_DIRS=$work/jdks" "$checkout/calimero" up >"$work/output" 2>&1 &
launched=$!
wait "$launched"
out=$(cat "$work/output")
says "pid $launched"

rule='a command that runs no WebAssembly starts without its compiler'
run "$checkout/calimero" call
ends_with 0
case $out in *EnableJVMCI*) fail 'has the compiler' ;; esac

rule='it works from anywhere and through links'
mkdir -p "$work/links/deep"
ln -s "$checkout/calimero" "$work/links/absolute"
ln -s ../absolute "$work/links/deep/relative"
for way in "$work/links/absolute" "$work/links/deep/relative" ./relative; do
  out=$(cd "$work/links/deep" && env -i "PATH=$tools" "CALIMERO_JDK_DIRS=$work/jdks" "$way" 2>&1) || code=$?
  says "argument -Dcalimero.root=$checkout"
done
run "PATH=$tools:$work/links" absolute up
says "argument -Dcalimero.root=$checkout"
run "PATH=$tools:$work/links" bash absolute up
says "argument -Dcalimero.root=$checkout"
out=$(cd "$checkout" && env -i "PATH=$tools" "CALIMERO_JDK_DIRS=$work/jdks" bash calimero 2>&1) || code=$?
says "argument -Dcalimero.root=$checkout"

rule='an installed archive needs no Maven'
installed="$work/calimero 1.0"
mkdir -p "$installed/lib" "$installed/compiler"
cp "$launcher" "$installed/calimero"
touch "$installed/lib/b.jar" "$installed/lib/a.jar"
run "PATH=$tools" "$installed/calimero" up
runs_java "$work/jdks/right"
says "argument --upgrade-module-path=$installed/compiler"
says "argument $installed/lib/a.jar:$installed/lib/b.jar"

rule='a runtime of its own wins, with what was loaded ahead of time'
jdk "$installed/runtime" 25.0.3
run "PATH=$tools" "$installed/calimero" up
runs_java "$installed/runtime"
says "argument --module-path=$installed/compiler"
case $out in *AOTCache*) fail 'has loaded ahead what there is not' ;; esac
touch "$installed/runtime/calimero.aot"
run "PATH=$tools" "$installed/calimero" up
says "argument -XX:AOTCache=$installed/runtime/calimero.aot"
run "PATH=$tools" "CALIMERO_JAVA_HOME=$work/jdks/right" "$installed/calimero" up
runs_java "$work/jdks/right"
says "argument --upgrade-module-path=$installed/compiler"
rm -r "$installed/runtime"

rule='an installed archive needs no Maven'
run "PATH=$tools" "CALIMERO_JAVA_HOME=$work/jdks/runtime" "$installed/calimero" up
runs_java "$work/jdks/runtime"
rm -r "$installed/compiler"
run "PATH=$tools" "$installed/calimero" up
ends_with 1
says 'lib/ or compiler/ is missing'

[ "$broken" = 0 ]

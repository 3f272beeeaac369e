// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.calimero.node.cli.Main;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * What node processes run on: a runtime as {@code bin/make-runtime} of an installation makes it,
 * with the node's classes loaded and linked ahead of time, as half of a start is loading them. It
 * is made once, by whoever needs it first, and again if the JDK or a class changes. Where that
 * fails, processes run on the JDK of the tests, and start slower; {@code why-not} beside it says
 * why.
 */
record NodeRuntime(List<String> command) {
  private static final Path JDK = Path.of(System.getProperty("java.home"));
  private static final Path PLACE = Path.of(property("java.io.tmpdir"), "node-runtime");
  private static final Pattern MODULES = Pattern.compile("(?m)^modules\\+?=(.*)$");
  private static final List<String> JIT =
      List.of("-XX:+UnlockExperimentalVMOptions", "-XX:+EnableJVMCI");
  private static final List<String> OPTIONS =
      List.of(
          "-Xmx512m",
          // The second of the JVM's own compilers would warm up for what a test runs once.
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+ExitOnOutOfMemoryError",
          "-Dpolyglot.engine.WarnInterpreterOnly=false",
          "-Dcalimero.root=" + property("root.dir"));

  private static final class Shared {
    static final NodeRuntime RUNTIME = make();
  }

  /** The one of this build. */
  static NodeRuntime get() {
    return Shared.RUNTIME;
  }

  /** What runs the node's command line with these options more; its words follow. */
  List<String> with(final List<String> options) {
    final List<String> all = new ArrayList<>(command.subList(0, 1));
    all.addAll(options);
    all.addAll(command.subList(1, command.size()));
    return all;
  }

  private static NodeRuntime make() {
    try {
      Files.createDirectories(PLACE);
      try (FileChannel file =
              FileChannel.open(
                  PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = file.lock()) {
        return madeBefore();
      } catch (final IOException | UncheckedIOException | AssertionError e) {
        Files.writeString(PLACE.resolve("why-not"), e + "\n");
        return onTheJdk();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NodeRuntime onTheJdk() {
    return of(
        JDK,
        List.of("--upgrade-module-path=" + property("graal.compiler.dir")),
        property("java.class.path"));
  }

  private static NodeRuntime of(
      final Path java, final List<String> options, final String classPath) {
    final List<String> command = new ArrayList<>();
    command.add(java.resolve("bin", "java").toString());
    command.addAll(JIT);
    command.addAll(options);
    command.addAll(OPTIONS);
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    return new NodeRuntime(command);
  }

  private static NodeRuntime madeBefore() throws IOException {
    final List<Path> classPath = classPath();
    final String modules = modules();
    final Path here = PLACE.resolve(digest(classPath, modules));
    final Path cache = here.resolve("node.aot");
    if (Files.exists(here.resolve("ready"))) {
      return ahead(here, cache, classPath);
    }
    for (final Path old : list(PLACE)) {
      if (Files.isDirectory(old)) {
        delete(old);
      }
    }
    Files.createDirectories(here);
    run(
        List.of(
            JDK.resolve("bin", "jlink").toString(),
            "--add-modules=" + modules,
            "--no-header-files",
            "--no-man-pages",
            "--output=" + here.resolve("java")));
    for (int i = 0; i < classPath.size(); i++) {
      if (Files.isDirectory(classPath.get(i))) {
        pack(classPath.get(i), jar(here, i));
      }
    }
    final String said =
        train(
            of(
                here.resolve("java"),
                options(List.of("-XX:AOTCacheOutput=" + cache)),
                text(here, classPath)),
            here);
    if (!Files.exists(cache)) {
      throw new IOException("no classes were loaded ahead: " + said);
    }
    Files.deleteIfExists(PLACE.resolve("why-not"));
    Files.createFile(here.resolve("ready"));
    return ahead(here, cache, classPath);
  }

  private static NodeRuntime ahead(final Path here, final Path cache, final List<Path> classPath) {
    return of(
        here.resolve("java"),
        // One that does not fit costs time, not a start.
        options(List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off")),
        text(here, classPath));
  }

  private static List<String> options(final List<String> more) {
    final List<String> options = new ArrayList<>();
    options.add("--module-path=" + property("graal.compiler.dir"));
    options.add("--add-modules=jdk.graal.compiler");
    options.addAll(more);
    return options;
  }

  /** Starts a node, and calls an application on it. */
  private static String train(final NodeRuntime runtime, final Path here) throws IOException {
    final Path home = here.resolve("home");
    final List<String> command = new ArrayList<>(runtime.command());
    command.addAll(
        List.of("up", "--demo", "--home", home.toString(), "--http-port", "0", "--p2p-port", "0"));
    try (NodeProcess node = NodeProcess.start(command, Map.of())) {
      node.awaitOutput("The demo is");
      try (NodeClient client = new NodeClient(node)) {
        final String context = client.contexts().getFirst();
        client.execute(context, "set", JsonObject.of("key", "a", "value", "1"));
        client.execute(context, "get", JsonObject.of("key", "a"));
      }
      final String said = node.stop().output();
      delete(home);
      return said;
    }
  }

  /** The modules that {@code bin/make-runtime} takes. */
  private static String modules() throws IOException {
    final String script =
        Files.readString(Path.of(property("root.dir"), "dist", "files", "bin", "make-runtime"));
    return MODULES
        .matcher(script)
        .results()
        .map((MatchResult line) -> line.group(1))
        .collect(Collectors.joining());
  }

  /** The class path without the tests. */
  private static List<Path> classPath() {
    final Path tests;
    try {
      tests =
          Path.of(NodeRuntime.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (final URISyntaxException e) {
      throw new AssertionError(e);
    }
    return Stream.of(property("java.class.path").split(":"))
        .map(Path::of)
        .filter(entry -> Files.exists(entry) && !entry.equals(tests))
        .toList();
  }

  private static String text(final Path here, final List<Path> classPath) {
    final List<String> entries = new ArrayList<>();
    for (int i = 0; i < classPath.size(); i++) {
      final Path entry = classPath.get(i);
      entries.add((Files.isDirectory(entry) ? jar(here, i) : entry).toString());
    }
    return String.join(":", entries);
  }

  private static Path jar(final Path here, final int index) {
    return here.resolve("classes-" + index + ".jar");
  }

  private static String digest(final List<Path> classPath, final String modules)
      throws IOException {
    final MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
    digest.update(Files.readAllBytes(JDK.resolve("release")));
    digest.update((modules + OPTIONS).getBytes(StandardCharsets.UTF_8));
    for (final Path entry : classPath) {
      digest.update(entry.toString().getBytes(StandardCharsets.UTF_8));
      if (Files.isDirectory(entry)) {
        for (final Path file : files(entry)) {
          digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      } else {
        digest.update(
            (Files.size(entry) + " " + Files.getLastModifiedTime(entry).toMillis())
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void pack(final Path directory, final Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(0);
      for (final Path each : files(directory)) {
        zip.putNextEntry(new ZipEntry(directory.relativize(each).toString()));
        Files.copy(each, zip);
      }
    }
  }

  private static List<Path> files(final Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<Path> list(final Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private static void delete(final Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (final Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static void run(final List<String> command) throws IOException {
    final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      final String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)
          || process.exitValue() != 0) {
        throw new IOException(command + ": " + said);
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String property(final String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }
}

// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Progress;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.ContextKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code up --demo} does: a context of the sample application and lines to try it with. The
 * context is derived from a seed that is drawn once and kept in the home, so that every later start
 * finds the same one, and no two homes share theirs.
 */
final class Demo {
  private static final String SEED_FILE = "demo.seed";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Workplace workplace;
  private final Path home;
  private final Endpoint node;

  Demo(final Workplace workplace, final Path home, final Endpoint node) {
    this.workplace = workplace;
    this.home = home;
    this.node = node;
  }

  /** Sees to it that the context is there, and prints the lines. */
  void run() {
    final Path module = module(workplace, "--demo");
    final Hash seed = seed();
    final String context = new ContextId(ContextKeys.fromSeed(seed).publicKey().hash()).toString();
    try (Progress progress =
            new Progress(workplace.console(), workplace.machine().clock(), "preparing the demo");
        Client client = new Client(node, PATIENCE, progress::waiting)) {
      if (!Ids.contexts(client).contains(context)) {
        final String application =
            AppInstall.installFile(client, module, "kv-store").text("applicationId");
        ContextCreate.create(
            client, application, "{}", Optional.of(seed.toString()), Optional.empty());
      }
    }
    explain(context);
  }

  /** The sample application of the source tree. */
  static Path module(final Workplace workplace, final String who) {
    final Path root =
        workplace
            .place()
            .root()
            .orElseThrow(
                () ->
                    Failure.failed(who + " needs the sample applications of the source tree")
                        .hint("Start it with ./calimero from there."));
    final Path module = root.resolve("apps").resolve("kv-store").resolve("kv-store.wasm");
    if (!Files.isRegularFile(module)) {
      throw Failure.failed("the sample application is missing: " + module);
    }
    return module;
  }

  private Hash seed() {
    final Path file = home.resolve(SEED_FILE);
    try {
      if (Files.exists(file)) {
        return Hash.parse(Files.readString(file).strip());
      }
      final byte[] bytes = new byte[Hash.LENGTH];
      workplace.machine().random().nextBytes(bytes);
      final Hash seed = Hash.of(bytes);
      Files.writeString(file, seed + "\n", StandardOpenOption.CREATE_NEW);
      return seed;
    } catch (final MalformedException e) {
      throw Failure.failed("the seed of the demo is spoilt: " + file)
          .hint("Delete the file: the next start draws another, and makes another context.")
          .because(e);
    } catch (final IOException e) {
      throw Failure.failed("the seed of the demo cannot be kept: " + e.getMessage()).because(e);
    }
  }

  private void explain(final String context) {
    final Console console = workplace.console();
    final String launcher = workplace.place().launcher();
    console.result("");
    console.result("The demo is a key-value store. Write a value, in another terminal:");
    console.result("");
    console.result(curl(context, "set", "{\"key\":\"greeting\",\"value\":\"hello\"}"));
    console.result("");
    console.result("Read it:");
    console.result("");
    console.result(curl(context, "get", "{\"key\":\"greeting\"}"));
    console.result("");
    console.result("The same in short:");
    console.result("");
    final String call = launcher + " call --node " + node.base() + " " + context;
    console.result(call + " set '{\"key\":\"greeting\",\"value\":\"hello\"}'");
    console.result(call + " get '{\"key\":\"greeting\"}'");
    console.result("");
  }

  private String curl(final String context, final String method, final String arguments) {
    return "curl -sS -H 'content-type: application/json' -d "
        + "'{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"execute\",\"params\":{\"contextId\":\""
        + context
        + "\",\"method\":\""
        + method
        + "\",\"argsJson\":"
        + arguments
        + "}}' "
        + Shell.quote(node.base() + "/jsonrpc");
  }
}

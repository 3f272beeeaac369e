// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.util.List;
import java.util.Optional;

/** Commands about applications and their replies. */
public final class ApplicationMessages {
  private ApplicationMessages() {}

  /**
   * Installs an application: fetches its module, checks it, keeps it.
   *
   * @param source where the module is: a {@code file:}, {@code http:} or {@code https:} URL
   * @param expected the blob id or the SHA-256 digest that it must have, if the caller knows
   * @param metadata what to keep with it
   */
  public record Install(String source, Optional<Hash> expected, Bytes metadata) {}

  /**
   * Installs an application whose module came from a peer.
   *
   * @param application what its context says it is; the module must be exactly that
   * @param module its bytes
   */
  public record Receive(Application application, Bytes module) {}

  /** Asks for all applications. */
  public record ListAll() {}

  /**
   * All applications.
   *
   * @param applications in the order of their identifiers
   * @param missing the nodes of the cluster that should have been asked and did not answer
   */
  public record All(List<Application> applications, List<String> missing) {
    /** All that one node has. */
    public All(final List<Application> applications) {
      this(applications, List.of());
    }
  }

  /**
   * Asks for one application.
   *
   * @param id which
   */
  public record Get(ApplicationId id) {}

  /**
   * One application.
   *
   * @param application it, or nothing if it is not installed
   */
  public record Found(Optional<Application> application) {}

  /**
   * Removes an application that no context uses.
   *
   * @param id which
   */
  public record Remove(ApplicationId id) {}

  /**
   * Asks for the module of an application.
   *
   * @param blob the blob that holds it
   */
  public record ReadModule(BlobId blob) {}

  /**
   * A module.
   *
   * @param bytes the WebAssembly binary
   */
  public record Module(Bytes bytes) {}

  /**
   * Asks whether bytes are a module that can be installed.
   *
   * @param bytes the bytes
   */
  public record CheckModule(Bytes bytes) {}

  /**
   * What a module offers.
   *
   * @param methods the methods that can be called, in order
   * @param generation which shape of host interface it is built for
   * @param abi the description of itself that the module carries, a JSON text, if any
   * @param reading the methods that this says only read
   * @param callable the methods that this lets other contexts call, each with who may
   * @param authored whether it imports what only the node of a call's author has
   * @param asks whether it imports what asks outside, which the same goes for where the context
   *     allows it
   */
  public record ModuleDescription(
      List<String> methods,
      String generation,
      Optional<Bytes> abi,
      List<String> reading,
      List<Callable> callable,
      boolean authored,
      boolean asks) {
    /** A module that does not ask outside. */
    public ModuleDescription(
        final List<String> methods,
        final String generation,
        final Optional<Bytes> abi,
        final List<String> reading,
        final List<Callable> callable,
        final boolean authored) {
      this(methods, generation, abi, reading, callable, authored, false);
    }

    /** A module that everybody can run. */
    public ModuleDescription(
        final List<String> methods,
        final String generation,
        final Optional<Bytes> abi,
        final List<String> reading,
        final List<Callable> callable) {
      this(methods, generation, abi, reading, callable, false);
    }

    /** A module that says nothing of itself. */
    public ModuleDescription(final List<String> methods, final String generation) {
      this(methods, generation, Optional.empty(), List.of(), List.of());
    }
  }

  /**
   * A method that other contexts may call.
   *
   * @param method its name
   * @param byAnyApplication whether contexts of other applications may, too
   */
  public record Callable(String method, boolean byAnyApplication) {}

  /**
   * Asks for the description of an installed module.
   *
   * @param blob the blob that holds it
   */
  public record DescribeModule(BlobId blob) {}

  /**
   * Asks for what the module of an application says of itself.
   *
   * @param id which application
   * @param service which of its services; the one that the application is if absent
   */
  public record GetAbi(ApplicationId id, Optional<String> service) {}

  /**
   * What a module says of itself.
   *
   * @param json the description, a JSON text, if there is one
   */
  public record Abi(Optional<Bytes> json) {}

  /** It was done. */
  public record Done() {}
}

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
   */
  public record All(List<Application> applications) {}

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
   */
  public record ModuleDescription(List<String> methods, String generation) {}

  /** It was done. */
  public record Done() {}
}

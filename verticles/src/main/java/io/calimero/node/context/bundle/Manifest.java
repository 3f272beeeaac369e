// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.context.bundle.Bundle.Service;
import io.calimero.node.context.bundle.JsonTree.Fields;
import io.calimero.node.context.bundle.JsonTree.Items;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a manifest says of a bundle, checked against the files. */
final class Manifest {
  private static final int SERVICES = 32;

  private final Map<String, Bytes> files;
  private final int moduleBytes;
  private final Fields manifest;

  Manifest(final Map<String, Bytes> files, final int moduleBytes) throws BundleException {
    this.files = files;
    this.moduleBytes = moduleBytes;
    final Bytes text = files.get(BundleFiles.MANIFEST);
    if (text == null) {
      throw new BundleException("has no " + BundleFiles.MANIFEST);
    }
    if (!(JsonTree.parse(text) instanceof Fields fields)) {
      throw new BundleException("has a manifest that is no object");
    }
    manifest = fields;
  }

  Bundle toBundle() throws BundleException {
    final Optional<Fields> signature = manifest.object("signature");
    final Optional<String> signer =
        signature.isPresent()
            ? Optional.of(ManifestSignature.verify(manifest, signature.get()))
            : Optional.empty();
    return new Bundle(required("package"), required("appVersion"), signer, services());
  }

  private List<Service> services() throws BundleException {
    final List<Service> services = new ArrayList<>();
    if (manifest.get("services").orElse(null) instanceof Items items && !items.items().isEmpty()) {
      if (items.items().size() > SERVICES) {
        throw new BundleException("has more than " + SERVICES + " services");
      }
      final Set<String> names = new HashSet<>();
      for (final JsonTree item : items.items()) {
        if (!(item instanceof Fields service)) {
          throw new BundleException("has a service that is no object");
        }
        final String name =
            service
                .text("name")
                .filter(text -> text.matches("[A-Za-z0-9_.-]{1,64}"))
                .orElseThrow(
                    () -> new BundleException("has a service without a name of plain letters"));
        if (!names.add(name)) {
          throw new BundleException("has two services " + name);
        }
        services.add(new Service(Optional.of(name), module(service)));
      }
      return services;
    }
    return List.of(new Service(Optional.empty(), module(manifest)));
  }

  private Bytes module(final Fields of) throws BundleException {
    final Bytes wasm =
        file(
            of.object("wasm")
                .orElseThrow(() -> new BundleException("has a service without a module")));
    final Optional<Fields> abi = of.object("abi");
    final Bytes module = abi.isPresent() ? AbiEmbedding.embed(wasm, file(abi.get())) : wasm;
    if (module.length() > moduleBytes) {
      throw new BundleException("has a module of more than " + moduleBytes + " bytes");
    }
    return module;
  }

  /** The file that the manifest names, of which it may also tell the digest. */
  private Bytes file(final Fields artifact) throws BundleException {
    final String path =
        artifact.text("path").orElseThrow(() -> new BundleException("names a file without a path"));
    final Bytes content = files.get(BundleFiles.name(path));
    if (content == null) {
      throw new BundleException("has no file " + BundleFiles.shown(path));
    }
    final Optional<String> hash = artifact.text("hash").filter(text -> !text.isEmpty());
    if (hash.isPresent()
        && !HexFormat.of()
            .formatHex(Hash.sha256(content.unsafeArray()).toByteArray())
            .equalsIgnoreCase(hash.get().replaceFirst("^sha256:", ""))) {
      throw new BundleException(
          "has another file " + BundleFiles.shown(path) + " than its manifest says");
    }
    return content;
  }

  private String required(final String field) throws BundleException {
    return manifest
        .text(field)
        .filter(text -> text.length() <= 256)
        .orElseThrow(() -> new BundleException("has a manifest without a " + field));
  }
}

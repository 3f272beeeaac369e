// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house (docs/architecture.md). */
@AnalyzeClasses(packages = "io.calimero.node", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String EVENTS = "io.calimero.node.events..";
  private static final String STORAGE = "io.calimero.node.storage..";
  private static final String WASM = "io.calimero.node.wasm..";
  private static final String LIBP2P = "io.calimero.node.libp2p..";
  private static final String[] VERTICLES = {
    "io.calimero.node.network..",
    "io.calimero.node.catchup..",
    "io.calimero.node.context..",
    "io.calimero.node.execution..",
    "io.calimero.node.http..",
    "io.calimero.node.bridge.."
  };

  @ArchTest
  static final ArchRule verticlesMeetOnTheEventBusOnly =
      slices()
          .matching("io.calimero.node.(network|catchup|context|execution|http|bridge)..")
          .should()
          .notDependOnEachOther();

  @ArchTest
  static final ArchRule eventsKnowsNothingOfTheOthers =
      noClasses()
          .that()
          .resideInAPackage(EVENTS)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.calimero.node..").and(not(resideInAPackage(EVENTS))));

  @ArchTest
  static final ArchRule storageKnowsEventsOnly =
      noClasses()
          .that()
          .resideInAPackage(STORAGE)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.calimero.node..").and(not(resideInAnyPackage(EVENTS, STORAGE))));

  @ArchTest
  static final ArchRule wasmKnowsEventsOnly =
      noClasses()
          .that()
          .resideInAPackage(WASM)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.calimero.node..").and(not(resideInAnyPackage(EVENTS, WASM))));

  @ArchTest
  static final ArchRule libp2pKnowsNothingOfCalimero =
      noClasses()
          .that()
          .resideInAPackage(LIBP2P)
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.calimero.node..").and(not(resideInAPackage(LIBP2P))));

  @ArchTest
  static final ArchRule vertxIsKnownToTheBusAndTheVerticlesOnly =
      noClasses()
          .that()
          .resideInAnyPackage(EVENTS, STORAGE, WASM, LIBP2P)
          .and()
          .resideOutsideOfPackage("io.calimero.node.events.bus..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..");

  @ArchTest
  static final ArchRule coresDoWithoutVertx =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.calimero.node.network.internal..",
              "io.calimero.node.catchup.internal..",
              "io.calimero.node.context.internal..",
              "io.calimero.node.execution.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..");

  @ArchTest
  static final ArchRule theHttpVerticleTouchesNoStore =
      noClasses()
          .that()
          .resideInAPackage("io.calimero.node.http..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(STORAGE, WASM, LIBP2P);

  @ArchTest
  static final ArchRule theNetworkVerticleAloneKnowsLibp2p =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.calimero.node.network..", LIBP2P)
          .and()
          .haveNameNotMatching("io\\.calimero\\.node\\.cli\\.internal\\.P2p\\w+") // `calimero p2p`
          .should()
          .dependOnClassesThat()
          .resideInAPackage(LIBP2P);

  @ArchTest
  static final ArchRule nobodyDependsOnTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.calimero.node.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.calimero.node.cli..");

  @ArchTest
  static final ArchRule verticlesDoNotKnowWhoDeploysThem =
      noClasses()
          .that()
          .resideInAnyPackage(VERTICLES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.calimero.node", "io.calimero.node.internal..");

  @ArchTest
  static final ArchRule whatIsInternalStaysInItsModule =
      classes()
          .that()
          .resideInAnyPackage(
              "io.calimero.node.storage..internal..",
              "io.calimero.node.wasm..internal..",
              "io.calimero.node.libp2p..internal..")
          .should()
          .onlyBeAccessed()
          .byAnyPackage(STORAGE, WASM, LIBP2P);

  @ArchTest
  static final ArchRule noStaticStateChanges = fields().that().areStatic().should().beFinal();
}

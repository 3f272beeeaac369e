// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands by which contexts are governed ask a node for, and what they print. */
class GoverningCommandsTest {
  private static final String APP = "9vTs1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";
  private static final String CONTEXT = "BxLvhJ2QmKFMPWjSZmVCh1SmYFSwZQyDyLsDXtLkR6iX";
  private static final String MEMBER = "6Fbvk1pQjdVE3ZbqzAh2DmhMPsmHjuyJyFo6t3ggJJwS";
  private static final String AT = "/admin-api/contexts/" + CONTEXT;

  private final StandInNode node = new StandInNode();
  private Bench bench;

  @TempDir private Path directory;

  @BeforeEach
  void openBench() {
    bench = new Bench(directory);
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  private int run(final String... words) {
    final List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--node", node.url()));
    return bench.run(all.toArray(String[]::new));
  }

  private static String lines(final String... lines) {
    return String.join("\n", lines) + "\n";
  }

  private static String data(final String data) {
    return "{\"data\":" + data + "}";
  }

  @Test
  void membersAreListedWithWhatTheyMayDo() {
    node.on(
        "GET " + AT + "/members",
        data(
            "{\"members\":[{\"identity\":\"A\",\"capabilities\":[\"ManageMembers\"],"
                + "\"owned\":true,\"coordinator\":true},"
                + "{\"identity\":\"B\",\"capabilities\":[],\"owned\":false,"
                + "\"coordinator\":false}]}"));
    assertThat(run("context", "members", CONTEXT)).isZero();
    assertThat(bench.out().lines().map(String::strip))
        .containsExactly(
            "MEMBER  CAPABILITIES", "A       ManageMembers  coordinator, this node's", "B");
  }

  @Test
  void aCapabilityGoesAsAPairAndInWhoseNameIfNamed() {
    node.on("POST " + AT + "/capabilities/grant", data("null"));
    node.on("POST " + AT + "/capabilities/revoke", data("null"));
    assertThat(run("context", "grant", CONTEXT, MEMBER, "ManageMembers", "--as", APP)).isZero();
    assertThat(run("context", "revoke", CONTEXT, MEMBER, "ManageMembers")).isZero();
    final String pair = "{\"capabilities\":[[\"" + MEMBER + "\",\"ManageMembers\"]]";
    assertThat(node.requests())
        .containsExactly(
            "POST " + AT + "/capabilities/grant " + pair + ",\"signer_id\":\"" + APP + "\"}",
            "POST " + AT + "/capabilities/revoke " + pair + "}");
    assertThat(run("context", "grant", CONTEXT, "short", "ManageMembers")).isEqualTo(2);
  }

  @Test
  void aMemberIsRemovedAndAContextIsNotByThatWord() {
    node.on("POST " + AT + "/members/remove", data("{\"position\":3,\"entryHash\":\"H\"}"));
    assertThat(run("context", "remove", CONTEXT, MEMBER)).isZero();
    assertThat(node.requests())
        .containsExactly("POST " + AT + "/members/remove {\"members\":[\"" + MEMBER + "\"]}");
    assertThat(run("context", "remove", CONTEXT)).isEqualTo(2);
    assertThat(node.requests()).hasSize(1);
  }

  @Test
  void aHandoverSaysWhatIsWarnedOf() {
    node.on(
        "POST " + AT + "/coordinator",
        data("{\"position\":3,\"entryHash\":\"H\",\"calimero_warning\":\"not met\"}"));
    assertThat(run("context", "handover", CONTEXT, MEMBER)).isZero();
    assertThat(bench.err())
        .isEqualTo(lines("Handed the context over to " + MEMBER + ".", "Warning: not met"));
  }

  @Test
  void anOpenInvitationSaysHowOftenAndHowLong() {
    node.on("POST " + AT + "/invitations", data("\"3Fxi\""));
    assertThat(run("context", "invite", CONTEXT, "--open", "--uses", "3", "--expires", "2h"))
        .isZero();
    assertThat(bench.out()).isEqualTo(lines("3Fxi"));
    assertThat(node.requests())
        .containsExactly("POST " + AT + "/invitations {\"uses\":3,\"validForSeconds\":7200}");
    assertThat(run("context", "invite", CONTEXT, "--open", "--expires", "soon")).isEqualTo(2);
    assertThat(run("context", "invite", CONTEXT, MEMBER, "--open")).isEqualTo(2);
    assertThat(run("context", "invite", CONTEXT)).isEqualTo(2);
  }

  @Test
  void leavingAndUpdatingSayWhatTheyDo() {
    node.on(
        "POST " + AT + "/leave",
        data(
            "{\"contextId\":\""
                + CONTEXT
                + "\",\"memberPublicKey\":\"A\",\"calimero_removed\":true}"));
    node.on("POST " + AT + "/application", data("{}"));
    assertThat(run("context", "update", CONTEXT, APP)).isZero();
    assertThat(run("context", "leave", CONTEXT, "--keep")).isZero();
    assertThat(node.requests())
        .containsExactly(
            "POST " + AT + "/application {\"applicationId\":\"" + APP + "\"}",
            "POST " + AT + "/leave {\"calimeroKeepLog\":true}");
  }

  @Test
  void aRepairThatFindsADifferenceIsAFailure() {
    node.on(
        "POST " + AT + "/repair",
        data("{\"repaired\":false,\"position\":3,\"entryHash\":\"H\",\"finding\":\"it differs\"}"));
    assertThat(run("context", "repair", CONTEXT)).isEqualTo(4);
    assertThat(bench.err()).contains("it differs");
    node.on(
        "POST " + AT + "/repair",
        data("{\"repaired\":true,\"position\":3,\"entryHash\":\"H\",\"finding\":\"all right\"}"));
    assertThat(run("context", "repair", CONTEXT)).isZero();
  }

  private static String members(final boolean coordinator) {
    return data(
        "{\"members\":[{\"identity\":\"A\",\"capabilities\":[\"ManageMembers\"],\"owned\":true,"
            + "\"coordinator\":"
            + coordinator
            + "},{\"identity\":\""
            + MEMBER
            + "\",\"capabilities\":[],\"owned\":false,\"coordinator\":false}]}");
  }

  private static String at(final long position) {
    return data("{\"id\":\"" + CONTEXT + "\",\"position\":" + position + "}");
  }

  private StandInNode other(final String contexts, final long position) {
    return new StandInNode()
        .on("GET /admin-api/contexts", data("{\"contexts\":" + contexts + "}"))
        .on("POST /admin-api/identity/context", data("{\"publicKey\":\"" + MEMBER + "\"}"))
        .on(
            "POST /admin-api/contexts/join",
            data("{\"contextId\":\"C\",\"memberPublicKey\":\"" + MEMBER + "\"}"))
        .on(
            "GET " + AT + "/sync-status",
            data("{\"calimero_sync\":{\"phase\":\"idle\",\"position\":" + position + "}}"))
        .on("GET " + AT + "/identities-owned", data("{\"identities\":[\"" + MEMBER + "\"]}"))
        .on("GET " + AT, at(position))
        .on("GET " + AT + "/members", members(true));
  }

  private void here(final boolean coordinator) {
    node.on("GET " + AT + "/identities-owned", data("{\"identities\":[\"A\"]}"))
        .on("POST /admin-api/contexts/invite", data("\"3Fxi\""))
        .on("GET " + AT, at(7))
        .on("GET " + AT + "/members", members(coordinator))
        .on("POST " + AT + "/capabilities/grant", data("null"))
        .on("POST " + AT + "/coordinator", data("{\"position\":8,\"entryHash\":\"H\"}"))
        .on("POST " + AT + "/leave", data("{\"calimero_removed\":true}"));
  }

  @Test
  void aContextMovesWhenTheOtherNodeHasAllAndOrders() {
    here(true);
    try (StandInNode other = other("[]", 7)) {
      assertThat(run("context", "move", CONTEXT, "--to", other.url())).isZero();
      assertThat(bench.out()).isEqualTo(lines(MEMBER));
      assertThat(other.requests())
          .contains("POST /admin-api/contexts/join {\"invitationPayload\":\"3Fxi\"}");
    }
    assertThat(node.requests().stream().filter(each -> each.startsWith("POST")))
        .containsExactly(
            "POST /admin-api/contexts/invite {\"contextId\":\""
                + CONTEXT
                + "\",\"inviterId\":\"A\",\"inviteeId\":\""
                + MEMBER
                + "\"}",
            granted(),
            "POST " + AT + "/coordinator {\"memberPublicKey\":\"" + MEMBER + "\"}",
            "POST " + AT + "/leave {}");
  }

  @Test
  void aMoveThatWasBrokenOffGoesOnWhereItWas() {
    here(false);
    try (StandInNode other = other("[{\"id\":\"" + CONTEXT + "\"}]", 7)) {
      assertThat(run("context", "move", CONTEXT, "--to", other.url(), "--keep", "--json")).isZero();
      assertThat(bench.out())
          .isEqualTo(
              lines(
                  "{\"contextId\":\""
                      + CONTEXT
                      + "\",\"memberPublicKey\":\""
                      + MEMBER
                      + "\",\"coordinator\":false,\"left\":false}"));
      assertThat(other.requests()).noneMatch(each -> each.startsWith("POST"));
    }
    assertThat(node.requests().stream().filter(each -> each.startsWith("POST")))
        .containsExactly(granted());
  }

  private static String granted() {
    return "POST "
        + AT
        + "/capabilities/grant {\"capabilities\":[[\""
        + MEMBER
        + "\",\"ManageMembers\"]]}";
  }

  @Test
  void nothingIsHandedOverToWhoLacksEntries() {
    here(true);
    try (StandInNode other = other("[{\"id\":\"" + CONTEXT + "\"}]", 5)) {
      assertThat(run("context", "move", CONTEXT, "--to", other.url(), "--timeout", "2"))
          .isNotZero();
    }
    assertThat(bench.err()).contains("has not fetched position 7 yet; nothing was handed over");
    assertThat(node.requests()).noneMatch(each -> each.startsWith("POST"));
  }
}

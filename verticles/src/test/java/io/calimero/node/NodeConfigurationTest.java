// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.bridge.BridgeOptions;
import io.calimero.node.context.ContextOptions;
import io.calimero.node.http.HttpLimits;
import io.calimero.node.http.PushLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigurationTest {
  private static final Map<String, String> NONE = Map.of();
  private static final String PEER = "12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN";

  @TempDir private Path home;

  @Test
  void whatNobodySetsIsWhatConfSays() throws NodeStartException {
    final NodeConfiguration configuration = NodeConfiguration.load(home, NONE, NONE);
    assertThat(configuration.httpHost()).isEqualTo("127.0.0.1");
    assertThat(configuration.httpPort()).isEqualTo(2528);
    assertThat(configuration.p2p().port()).isEqualTo(2428);
    assertThat(configuration.log().segmentSize()).isEqualTo(64 << 20);
    assertThat(configuration.execution().callDeadline()).isEqualTo(Duration.ofSeconds(10));
    assertThat(configuration.execution().requireCompiler()).isFalse();
    assertThat(configuration.threads()).isEqualTo(new NodeConfiguration.Threads(0, 20));
  }

  @Test
  void theHomeThenTheEnvironmentThenFlagsWin() throws NodeStartException, IOException {
    write("http: {port: 1001}\np2p: {port: 1002}\nexecution: {call-deadline: 3s}\n");
    final NodeConfiguration configuration =
        NodeConfiguration.load(
            home,
            Map.of("CALIMERO_P2P_PORT", "2002", "CALIMERO_EXECUTION_CALL_DEADLINE", "4s"),
            Map.of("execution.call-deadline", "5s", "node.event-loops", "3"));
    assertThat(configuration.httpPort()).isEqualTo(1001);
    assertThat(configuration.p2p().port()).isEqualTo(2002);
    assertThat(configuration.threads().eventLoops()).isEqualTo(3);
    assertThat(configuration.execution().callDeadline()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void everyMistakeIsToldAtOnceWithItsPlace() throws IOException {
    write("http: {prot: 1, port: 99999}\nlog: {segment-size: huge}\n");
    assertThatThrownBy(
            () ->
                NodeConfiguration.load(
                    home,
                    Map.of("CALIMERO_CONTEXTS_BATCH", "0"),
                    Map.of("execution.call-deadline", "3")))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContainingAll(
            "config.yaml: there is no setting http.prot; did you mean http.port?",
            "config.yaml: http.port must be between 0 and 65535, not \"99999\"",
            "config.yaml: log.segment-size must be a size such as 16MiB, not \"huge\"",
            "the environment: contexts.batch must be between 1 and 10000, not \"0\"",
            "the command line: execution.call-deadline must be a time such as 10s, not \"3\"");
  }

  @Test
  void nobodyIsContactedUnlessTheUserSaysSo() throws NodeStartException {
    assertThat(NodeConfiguration.load(home, NONE, NONE).p2p())
        .isEqualTo(
            new NodeConfiguration.P2p(
                List.of("0.0.0.0"),
                2428,
                List.of(),
                List.of(),
                10_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2)));
  }

  @Test
  void otherNodesAreNamedByAListOrByATextWithCommas() throws NodeStartException, IOException {
    final String peer = "/ip4/192.0.2.7/tcp/2428/p2p/" + PEER;
    final String other = "/dns4/node.example/tcp/1/p2p/" + PEER;
    write("p2p: {hosts: [127.0.0.1, '::1'], bootstrap: ['" + peer + "', '" + other + "']}\n");
    assertThat(NodeConfiguration.load(home, NONE, NONE).p2p())
        .isEqualTo(
            new NodeConfiguration.P2p(
                List.of("127.0.0.1", "::1"),
                2428,
                List.of(),
                List.of(peer, other),
                10_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2)));
    final Map<String, String> environment =
        Map.of("CALIMERO_P2P_HOSTS", "::", "CALIMERO_P2P_BOOTSTRAP", peer + ", " + other);
    assertThat(NodeConfiguration.load(home, environment, NONE).p2p())
        .isEqualTo(
            new NodeConfiguration.P2p(
                List.of("::"),
                2428,
                List.of(),
                List.of(peer, other),
                10_000,
                Duration.ofSeconds(3),
                Duration.ofSeconds(2)));
  }

  @Test
  void mistakesInTheAddressesOfOtherNodesAreTold() throws IOException {
    write(
        "p2p: {hosts: [localhost], bootstrap: ['/ip4/192.0.2.7/tcp/2428', nonsense], announce:"
            + " ['/ip4/192.0.2.7/tcp/1/p2p/"
            + PEER
            + "', '/nowhere']}\n");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, NONE))
        .hasMessageContainingAll(
            "p2p.hosts must be IP addresses",
            "p2p.announce must not say who is there",
            "p2p.announce must be addresses such as",
            "p2p.bootstrap must say who is there",
            "p2p.bootstrap must be addresses such as");
  }

  @Test
  void settingsThatContradictOneAnotherAreRefused() {
    assertThatThrownBy(
            () ->
                NodeConfiguration.load(home, NONE, Map.of("http.port", "4000", "p2p.port", "4000")))
        .hasMessageContaining("http.port and p2p.port are both 4000");
  }

  @Test
  void aJvmHasTheWholeNodeOrWhatItsPartsSay() throws NodeStartException {
    assertThat(NodeConfiguration.load(home, NONE, NONE).parts()).containsExactly(Part.values());
    assertThat(NodeConfiguration.load(home, NONE, Map.of("node.parts", "http")).parts())
        .containsExactly(Part.HTTP);
    assertThatThrownBy(
            () -> NodeConfiguration.load(home, NONE, Map.of("node.parts", "context, http")))
        .hasMessageContaining("must have both execution and context, or neither");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, Map.of("node.parts", "htpp")))
        .hasMessageContaining("node.parts must be one of network, execution, context, http");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, Map.of("node.parts", "")))
        .hasMessageContaining("node.parts must name at least one of");
  }

  @Test
  void whatClientsMayTakeIsWhatTheCodeSays() throws NodeStartException {
    final NodeConfiguration configuration = NodeConfiguration.load(home, NONE, NONE);
    assertThat(configuration.httpLimits()).isEqualTo(HttpLimits.DEFAULT);
    assertThat(configuration.push()).isEqualTo(PushLimits.DEFAULT);
    assertThat(configuration.bridge()).isEqualTo(BridgeOptions.NONE);
    assertThat(configuration.contexts()).isEqualTo(ContextOptions.DEFAULT);
    assertThat(
            NodeConfiguration.load(
                    home,
                    Map.of("CALIMERO_HTTP_PUSH_STALL_TIME", "7s"),
                    Map.of("http.connections", "9"))
                .push()
                .stallTime())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void theGasOfContextsIsNotAboveWhatMayBeNamed() throws NodeStartException {
    assertThatThrownBy(
            () ->
                NodeConfiguration.load(
                    home, NONE, Map.of("contexts.gas", "10000000001", "contexts.batch", "0")))
        .hasMessageContainingAll(
            "contexts.gas-max must be at least contexts.gas, which is 10000000001",
            "contexts.batch must be between");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, Map.of("contexts.gas-max", "much")))
        .hasMessageContaining("contexts.gas-max must be a number");
    final ContextOptions named =
        NodeConfiguration.load(home, NONE, Map.of("contexts.gas", "5", "contexts.gas-max", "5"))
            .contexts();
    assertThat(named.gas()).isEqualTo(5);
    assertThat(named.gasMax()).isEqualTo(5);
  }

  @Test
  void aBridgeBeyondThisMachineNeedsATokenWhichNoMessageShows() {
    final Map<String, String> open = Map.of("bridge.tcp", "true", "bridge.host", "0.0.0.0");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, open))
        .hasMessageContaining("bridge.token must be set");
    assertThatThrownBy(
            () ->
                NodeConfiguration.load(
                    home,
                    NONE,
                    Map.of(
                        "bridge.tcp", "true",
                        "bridge.sockjs", "true",
                        "bridge.sockjs-port", "7000",
                        "bridge.token", "short secret",
                        "bridge.origins", "app.example",
                        "http.push.subscriptions", "1")))
        .hasMessageContainingAll(
            "bridge.token must have between 16 and 512 characters",
            "bridge.tcp-port and bridge.sockjs-port are both 7000",
            "bridge.origins must be origins such as https://app.example",
            "http.push.subscriptions-per-client must not be more than http.push.subscriptions")
        .hasMessageNotContaining("short secret");
  }

  @Test
  void aFileThatIsNoYamlIsSaidToBeNone() throws IOException {
    write("http: [unclosed");
    assertThatThrownBy(() -> NodeConfiguration.load(home, NONE, NONE))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("config.yaml is no YAML");
  }

  @Test
  void anEmptyFileChangesNothing() throws IOException, NodeStartException {
    write("");
    assertThat(NodeConfiguration.load(home, NONE, NONE).httpPort()).isEqualTo(2528);
  }

  private void write(final String yaml) throws IOException {
    Files.writeString(home.resolve("config.yaml"), yaml);
  }
}

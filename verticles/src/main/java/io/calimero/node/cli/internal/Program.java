// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.shell.Exit;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The tree of commands, and how its mistakes and failures are reported. */
public final class Program {
  private Program() {}

  /**
   * Runs the words as a command.
   *
   * @return the exit code of the process
   */
  public static int run(final Workplace workplace, final String... words) {
    return commands(workplace).execute(words);
  }

  /** All commands. */
  static CommandLine commands(final Workplace workplace) {
    final CommandLine line = root(workplace, List::of, List::of);
    line.addSubcommand(new InitCommand(workplace));
    line.addSubcommand(new UpCommand(workplace));
    line.addSubcommand(
        new CommandLine(new DemoGroup(), line.getFactory())
            .addSubcommand(new DemoCluster(workplace)));
    line.addSubcommand(new GatewayCommand(workplace));
    addClients(line, workplace);
    line.addSubcommand(
        new CommandLine(new StateCommand(), line.getFactory())
            .addSubcommand(new StateRebuild(workplace)));
    line.addSubcommand(new ShellCommand(workplace));
    line.addSubcommand(new CompletionCommand(workplace));
    line.addSubcommand(new HelpCommand());
    return configured(line, workplace);
  }

  /** The commands of a prompt: those that can be given more than once. */
  static CommandLine promptCommands(final Workplace workplace) {
    final Lookup lookup = new Lookup(workplace);
    final CommandLine line = root(workplace, lookup::applications, lookup::contexts);
    addClients(line, workplace);
    line.addSubcommand(new HelpCommand());
    line.addSubcommand(new Exit());
    return configured(line, workplace);
  }

  private static CommandLine root(
      final Workplace workplace,
      final Supplier<List<String>> applications,
      final Supplier<List<String>> contexts) {
    final CommandLine line = new CommandLine(new Calimero(), factory(applications, contexts));
    final Map<String, String> codes = new LinkedHashMap<>();
    for (final ExitCode code : ExitCode.values()) {
      codes.put(" " + code.number(), code.meaning());
    }
    line.getCommandSpec().usageMessage().exitCodeList(codes);
    line.getCommandSpec().version(workplace.machine().runner().version());
    return line;
  }

  private static void addClients(final CommandLine line, final Workplace workplace) {
    final IFactory factory = line.getFactory();
    line.addSubcommand(
        new CommandLine(new AppCommand(), factory)
            .addSubcommand(new AppInstall(workplace))
            .addSubcommand(new AppList(workplace))
            .addSubcommand(new AppGet(workplace))
            .addSubcommand(new AppRemove(workplace))
            .addSubcommand(new AppInspect(workplace)));
    line.addSubcommand(
        new CommandLine(new ContextCommand(), factory)
            .addSubcommand(new ContextCreate(workplace))
            .addSubcommand(new ContextList(workplace))
            .addSubcommand(new ContextGet(workplace))
            .addSubcommand(new ContextInvite(workplace))
            .addSubcommand(new ContextJoin(workplace))
            .addSubcommand(new ContextLeave(workplace))
            .addSubcommand(new ContextMembers(workplace))
            .addSubcommand(new ContextGrant(workplace))
            .addSubcommand(new ContextRevoke(workplace))
            .addSubcommand(new ContextExpel(workplace))
            .addSubcommand(new ContextUpdate(workplace))
            .addSubcommand(new ContextHandover(workplace))
            .addSubcommand(new ContextMove(workplace))
            .addSubcommand(new ContextRepair(workplace))
            .addSubcommand(new ContextRemove(workplace))
            .addSubcommand(new ContextTransaction(workplace))
            .addSubcommand(new ContextSync(workplace))
            .addSubcommand(new ContextCheckpoint(workplace))
            .addSubcommand(new ContextWatch(workplace)));
    line.addSubcommand(new CallCommand(workplace));
    line.addSubcommand(new PeersCommand(workplace));
    line.addSubcommand(
        new CommandLine(new IdentityCommand(), factory).addSubcommand(new IdentityNew(workplace)));
    line.addSubcommand(
        new CommandLine(new LogCommand(), factory)
            .addSubcommand(new LogVerify(workplace))
            .addSubcommand(new LogDump(workplace))
            .addSubcommand(new LogTail(workplace))
            .addSubcommand(new LogRepairCommand(workplace)));
    line.addSubcommand(
        new CommandLine(new P2pGroup(), factory)
            .addSubcommand(new P2pPing(workplace))
            .addSubcommand(new P2pInfo(workplace))
            .addSubcommand(new P2pEcho(workplace))
            .addSubcommand(new P2pPeers(workplace)));
  }

  private static CommandLine configured(final CommandLine line, final Workplace workplace) {
    final Console console = workplace.console();
    final Console.Traits traits = console.traits();
    final boolean colours = traits.colours() && traits.outTerminal();
    return line.setOut(console.out())
        .setErr(console.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(colours ? Ansi.ON : Ansi.OFF))
        // An argument that begins with @ names a file of JSON, not of more arguments.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((mistake, _) -> usage(mistake, workplace))
        .setExecutionExceptionHandler((problem, at, _) -> failed(problem, at, console));
  }

  private static int usage(final ParameterException mistake, final Workplace workplace) {
    final CommandSpec at = mistake.getCommandLine().getCommandSpec();
    String message = String.valueOf(mistake.getMessage());
    String hint = "Help: " + at.qualifiedName(" ") + " --help";
    if (mistake instanceof final UnmatchedArgumentException unmatched) {
      message = unknown(unmatched, at);
      if (!unmatched.getSuggestions().isEmpty()) {
        hint = "Did you mean: " + String.join(", ", unmatched.getSuggestions()) + "?\n" + hint;
      }
    }
    workplace.console().error(Text.clean(message), hint);
    return ExitCode.USAGE.number();
  }

  private static String unknown(final UnmatchedArgumentException unmatched, final CommandSpec at) {
    final String word = "'" + unmatched.getUnmatched().getFirst() + "'";
    if (unmatched.isUnknownOption()) {
      return "there is no option " + word + " here";
    }
    return at.subcommands().isEmpty()
        ? word + " is one word too many: what has spaces in it must be quoted"
        : "there is no command " + word + " here";
  }

  private static int failed(final Exception problem, final CommandLine at, final Console console) {
    if (problem instanceof final Failure failure) {
      console.error(failure.message(), failure.hint());
      trace(problem, at, console);
      return failure.code().number();
    }
    console.error(
        "unexpected: " + Text.clean(problem.toString()),
        "This is a mistake of the program. With --verbose it says where it arose.");
    trace(problem, at, console);
    return ExitCode.FAILED.number();
  }

  private static void trace(final Exception problem, final CommandLine at, final Console console) {
    CommandLine root = at;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    if (root.getCommand() instanceof final Calimero program && program.verbose()) {
      problem.printStackTrace(console.err());
      console.err().flush();
    }
  }

  private static IFactory factory(
      final Supplier<List<String>> applications, final Supplier<List<String>> contexts) {
    return new IFactory() {
      @Override
      public <K> K create(final Class<K> type) throws Exception {
        if (type == Candidates.Applications.class) {
          return type.cast(new Candidates.Applications(applications));
        }
        if (type == Candidates.Contexts.class) {
          return type.cast(new Candidates.Contexts(contexts));
        }
        return CommandLine.defaultFactory().create(type);
      }
    };
  }
}

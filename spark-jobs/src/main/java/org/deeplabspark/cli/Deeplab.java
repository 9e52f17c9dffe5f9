package org.deeplabspark.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The application's main class. Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 done but
 * with too many bad images, 4 a gate did not hold. Failures are one line on standard error; {@code
 * --verbose} adds the stack trace.
 */
@Command(
    name = "deeplab",
    description =
        "Labels image collections with atrous DeepLab networks and a dense CRF on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Segment.class,
      Validate.class,
      Plan.class,
      Evaluate.class,
      SweepCrf.class,
      Diff.class,
      Report.class,
      Demo.class,
      Train.class,
      ModelCommand.class,
      Scenes.class,
      HelpCommand.class
    })
public final class Deeplab implements Runnable {

  @Spec private CommandSpec spec;

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    Signals.watch(args);
    int exitCode = run(args);
    Signals.done();
    System.exit(exitCode);
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(String... args) {
    CommandLine commands = commandLine();
    try {
      return commands.execute(args);
    } catch (Throwable e) { // picocli hands on exceptions alone; what is worse is one line as well.
      return fail(e, called(commands));
    }
  }

  private static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Deeplab());
    commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(true);
    commands.setUsageHelpLongOptionsMaxWidth(34);
    commands.setParameterExceptionHandler(Deeplab::refuse);
    commands.setExecutionExceptionHandler((e, command, parsed) -> fail(e, command));
    commands.setExecutionStrategy(
        parsed -> {
          UnknownOptions.refuse(parsed);
          return new RunLast().execute(parsed);
        });
    return commands;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command; deeplab --help lists them");
  }

  private static int refuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String line = OneLine.of(e);
    if (e instanceof UnmatchedArgumentException unmatched) {
      line = UnknownOptions.sentence(unmatched);
    } else if (e instanceof MissingParameterException) {
      // Without this, one letter too many is said to be a missing option.
      line = UnknownOptions.among(commandLine(), args).orElse(line);
    }
    say(command, line);
    return ExitCode.USAGE;
  }

  private static int fail(Throwable e, CommandLine command) {
    if (Signals.told()) {
      return ExitCode.FAILED; // It was said.
    }
    say(command, OneLine.of(e));
    if (command.getParseResult().hasMatchedOption("--verbose")) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  private static void say(CommandLine command, String line) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
  }

  /** The innermost command that was parsed. */
  private static CommandLine called(CommandLine commands) {
    CommandLine command = commands;
    while (command.getParseResult().hasSubcommand()) {
      command = command.getParseResult().subcommand().commandSpec().commandLine();
    }
    return command;
  }
}

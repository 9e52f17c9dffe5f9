package org.deeplabspark.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
    System.exit(run(args));
  }

  /** Runs one command in this process and returns its exit code. */
  static int run(String... args) {
    return commandLine().execute(args);
  }

  private static CommandLine commandLine() {
    CommandLine commands = new CommandLine(new Deeplab());
    commands.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    commands.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setUsageHelpAutoWidth(true);
    commands.setUsageHelpLongOptionsMaxWidth(34);
    commands.setParameterExceptionHandler(Deeplab::refuse);
    commands.setExecutionExceptionHandler(Deeplab::fail);
    return commands;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command; deeplab --help lists them");
  }

  private static int refuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    if (e instanceof UnmatchedArgumentException unmatched
        && command.getParent() == null
        && !unmatched.getUnmatched().get(0).startsWith("-")) {
      String commands = String.join(", ", command.getSubcommands().keySet());
      e =
          new ParameterException(
              command,
              "Unknown command " + unmatched.getUnmatched().get(0) + "; must be one of " + commands,
              e);
    }
    say(command, e);
    return ExitCode.USAGE;
  }

  private static int fail(Exception e, CommandLine command, ParseResult parsed) {
    say(command, e);
    if (command.getParseResult().hasMatchedOption("--verbose")) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof UsageException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  private static void say(CommandLine command, Exception e) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + OneLine.of(e));
  }
}

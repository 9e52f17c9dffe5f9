package org.deeplabspark.cli;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Words of a command line that no command or option knows, most of the time mistyped ones. */
final class UnknownOptions {

  /** Letters that may be wrong, missing or too many in an option that somebody meant. */
  private static final int MOST_TYPOS = 2;

  private UnknownOptions() {}

  /** The first unknown word, in a sentence that names what may have been meant. */
  static String sentence(UnmatchedArgumentException e) {
    CommandLine command = e.getCommandLine();
    String unknown = e.getUnmatched().get(0);
    if (unknown.startsWith("-")) {
      return option(command, unknown);
    }
    return command.getSubcommands().isEmpty()
        ? "Unknown argument " + unknown
        : "Unknown command "
            + unknown
            + "; must be one of "
            + String.join(", ", command.getSubcommands().keySet());
  }

  /**
   * Reads a command line again in which something is missing.
   *
   * @param commands fresh ones, which are changed
   * @return the sentence about its first unknown word; empty where every word is known
   */
  static Optional<String> among(CommandLine commands, String... args) {
    collectErrors(commands);
    return Stream.iterate(
            commands.parseArgs(args),
            result -> result != null,
            result -> result.hasSubcommand() ? result.subcommand() : null)
        .map(UnknownOptions::first)
        .flatMap(Optional::stream)
        .findFirst();
  }

  /**
   * Looks for unknown options among the values of those that take several: {@code --input photos
   * --modle x} would label the files --modle and x.
   *
   * @throws ParameterException if there is one
   */
  static void refuse(ParseResult parsed) {
    Optional<String> said = swallowed(parsed);
    if (said.isPresent()) {
      throw new ParameterException(parsed.commandSpec().commandLine(), said.get());
    }
    if (parsed.hasSubcommand()) {
      refuse(parsed.subcommand());
    }
  }

  private static void collectErrors(CommandLine commands) {
    commands.getCommandSpec().parser().collectErrors(true);
    commands.getSubcommands().values().forEach(UnknownOptions::collectErrors);
  }

  private static Optional<String> first(ParseResult parsed) {
    return parsed.errors().stream()
        .filter(UnmatchedArgumentException.class::isInstance)
        .map(e -> sentence((UnmatchedArgumentException) e))
        .findFirst()
        .or(() -> swallowed(parsed));
  }

  private static Optional<String> swallowed(ParseResult parsed) {
    return parsed.matchedOptions().stream()
        .filter(OptionSpec::isMultiValue)
        .filter(option -> option.arity().max() > 1)
        .flatMap(option -> option.originalStringValues().stream())
        .filter(value -> value.startsWith("-"))
        .findFirst()
        .map(
            value ->
                option(parsed.commandSpec().commandLine(), value)
                    + " (a file of that name is given as ./"
                    + value
                    + ")");
  }

  private static String option(CommandLine command, String unknown) {
    String name = unknown.split("=", 2)[0];
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return "Unknown option "
        + name
        + command.getCommandSpec().optionsMap().keySet().stream()
            .filter(known -> distance.apply(known, name) <= MOST_TYPOS)
            .min(Comparator.comparingInt(known -> distance.apply(known, name)))
            .map(known -> "; did you mean " + known + "?")
            .orElse("");
  }
}

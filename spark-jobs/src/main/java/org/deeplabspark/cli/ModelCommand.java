package org.deeplabspark.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.deeplabspark.convert.ExportModel;
import org.deeplabspark.convert.ImportModel;
import org.deeplabspark.convert.NetworkTable;
import org.deeplabspark.convert.TensorTable;
import org.deeplabspark.io.ModelFiles;
import org.deeplabspark.model.EngineKind;
import org.deeplabspark.model.Model;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.WeightsMismatch;
import org.deeplabspark.network.NetworkSpec;
import org.deeplabspark.pass.Engines;
import org.deeplabspark.settings.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code model}: looks into, makes and converts model directories. Needs no Spark. */
@Command(
    name = "model",
    description = "Looks into, imports or exports a model directory.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "inspect | import | export",
    subcommands = {
      ModelCommand.Inspect.class,
      ModelCommand.Import.class,
      ModelCommand.Export.class
    })
final class ModelCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Missing command: must be inspect, import or export");
  }

  private static void say(CommandSpec spec, ModelCard card, String place) {
    spec.commandLine()
        .getOut()
        .printf(
            "%s, %d classes, %s, SHA-256 %s, written to %s%n",
            card.network(), card.classes().size(), card.weightsFile(), card.weightsDigest(), place);
  }

  /** A model whose card does not contradict its network. */
  private static Model checked(String place) throws IOException {
    Model model = ModelFiles.directory(new Configuration(), place, "MODEL");
    Engines.check(model);
    return model;
  }

  /** Which network, for commands that do not read it from a card. */
  private static final class NetworkOptions {

    @Option(
        names = "--network",
        paramLabel = "NAME",
        description =
            "compact, vgg16-largefov, vgg16-aspp-s, vgg16-aspp-l, resnet101-largefov or"
                + " resnet101-aspp.")
    private String network;

    @Option(
        names = "--output-stride",
        paramLabel = "S",
        defaultValue = "8",
        description = "8, as published, or 16. Default: ${DEFAULT-VALUE}.")
    private int outputStride;

    NetworkSpec spec(int classes) {
      if (network == null) {
        throw new UsageException("Missing option --network");
      }
      try {
        return NetworkSpec.named(network, classes, outputStride);
      } catch (IllegalArgumentException e) {
        throw new UsageException(e.getMessage(), e);
      }
    }
  }

  /** {@code model inspect}. */
  @Command(
      name = "inspect",
      description =
          "Prints layers, shapes, parameters, operations, field of view and memory of a model"
              + " directory's network, or of one by its name; of a weights file (safetensors,"
              + " PyTorch's .pth, .caffemodel, ONNX) the names, types and shapes of its tensors.",
      mixinStandardHelpOptions = true)
  static final class Inspect implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(
        arity = "0..1",
        paramLabel = "MODEL",
        description = "Model directory, or a weights file of any program.")
    private String model;

    @Mixin private NetworkOptions network;

    @Option(
        names = "--class-count",
        paramLabel = "N",
        defaultValue = "21",
        description = "Classes of the network that --network names. Default: ${DEFAULT-VALUE}.")
    private int classes;

    @Option(
        names = "--size",
        paramLabel = "WxH",
        defaultValue = "513x513",
        description = "Size of the image that costs are counted for. Default: ${DEFAULT-VALUE}.")
    private String size;

    @SuppressWarnings("UnusedVariable")
    @Mixin
    private VerboseOption verbose;

    @Override
    public Integer call() throws Exception {
      if (!size.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
        throw new UsageException("Invalid --size: must be like 513x513, got " + size);
      }
      int width = Integer.parseInt(size.substring(0, size.indexOf('x')));
      int height = Integer.parseInt(size.substring(size.indexOf('x') + 1));
      NetworkSpec inspected;
      if (model == null && network.network == null) {
        throw new UsageException(
            "Missing MODEL or --network: must be a model directory, a weights file or a NAME");
      }
      if (model != null && network.network != null) {
        throw new UsageException("Invalid --network: " + model + " says its own; leave one out");
      }
      if (model == null) {
        inspected = network.spec(classes);
      } else {
        new Places().input("MODEL", List.of(model));
        if (ModelFiles.isFile(new Configuration(), model)) {
          byte[] file = ModelFiles.bytes(new Configuration(), model, "MODEL");
          spec.commandLine().getOut().printf("%s", TensorTable.of(model, file));
          return ExitCode.DONE;
        }
        ModelCard card = checked(model).card();
        spec.commandLine().getOut().printf("%s", card.toJson());
        if (card.network().isEmpty()) {
          return ExitCode.DONE; // Another program's network: the card is all that is known of it.
        }
        inspected = card.spec();
      }
      spec.commandLine().getOut().printf("%s", NetworkTable.of(inspected, height, width));
      return ExitCode.DONE;
    }
  }

  /** {@code model import}. */
  @Command(
      name = "import",
      description =
          "Makes a model directory from weights in a safetensors file, an ONNX file, a .caffemodel"
              + " or a .pth file of PyTorch's that holds nothing but tensors.",
      mixinStandardHelpOptions = true,
      sortOptions = false)
  static final class Import implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private NetworkOptions network;

    @Option(
        names = "--weights",
        paramLabel = "FILE",
        required = true,
        description =
            "safetensors, .pth, .caffemodel or ONNX file; model inspect FILE lists its tensors.")
    private String weights;

    @Option(
        names = "--name-map",
        paramLabel = "FILE",
        description =
            "What layers are called there, and what pixel values they read (its key input):"
                + " conf/name-maps has some. Default: names as here; input by a model.json beside"
                + " the weights, else RGB, (v - 127.5) / 64 for compact and BGR minus the published"
                + " means for the others.")
    private String nameMap;

    @Mixin private ClassOptions classes;

    @Option(
        names = "--seed",
        paramLabel = "S",
        defaultValue = "1",
        description = "Of layers that the map calls fresh. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
        names = "--output",
        paramLabel = "MODEL",
        required = true,
        description = "Model directory to be made; one that is there is replaced.")
    private String output;

    @SuppressWarnings("UnusedVariable")
    @Mixin
    private VerboseOption verbose;

    @Override
    public Integer call() throws Exception {
      ImportModel.Request request =
          new ImportModel.Request(
              network.spec(classes.labels().size()),
              classes.labels(),
              classes.voidLabel(),
              weights,
              Optional.ofNullable(nameMap),
              seed,
              output);
      new Places()
          .input("--weights", List.of(weights))
          .input("--name-map", request.nameMap())
          .outputBeside("--output", output);
      try {
        ImportModel.Imported imported = new ImportModel(new Configuration(), request).run();
        say(spec, imported.card(), output);
        spec.commandLine().getOut().println(imported.input());
        imported.notes().forEach(note -> spec.commandLine().getOut().println("note: " + note));
        return ExitCode.DONE;
      } catch (UsageException e) {
        if (e.getCause() instanceof WeightsMismatch mismatch) {
          spec.commandLine().getErr().print(mismatch.report());
        }
        throw e;
      }
    }
  }

  /** {@code model export}. */
  @Command(
      name = "export",
      description = "Writes a model directory's network for another engine or program.",
      mixinStandardHelpOptions = true)
  static final class Export implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = "Model directory.")
    private String model;

    @Option(
        names = "--format",
        paramLabel = "F",
        defaultValue = "onnx",
        description = "onnx, or dl4j for Deeplearning4j. Default: ${DEFAULT-VALUE}.")
    private EngineKind engine;

    @Option(
        names = "--keep-batch-norm",
        description = "Do not fold batch normalisation into the convolutions of an ONNX file.")
    private boolean keepBatchNorm;

    @Option(
        names = "--output",
        paramLabel = "MODEL",
        required = true,
        description = "Model directory to be made; one that is there is replaced.")
    private String output;

    @SuppressWarnings("UnusedVariable")
    @Mixin
    private VerboseOption verbose;

    @Override
    public Integer call() throws Exception {
      ExportModel.Request request = new ExportModel.Request(model, engine, !keepBatchNorm, output);
      new Places().directory("MODEL", model).outputBeside("--output", output);
      checked(model);
      say(spec, new ExportModel(new Configuration(), request).run(), output);
      return ExitCode.DONE;
    }
  }
}

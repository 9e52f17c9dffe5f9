package org.deeplabspark.model;

import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplabspark.tensor.AlignCorners;

/** {@link ModelCard} to JSON, keys in the order in which a reader wants them. */
final class CardWriter {

  private CardWriter() {}

  static String write(ModelCard card) {
    ModelInput input = card.input();
    ModelOutput output = card.output();
    String classes =
        card.classes().stream()
            .map(
                c ->
                    String.format(
                        "    {\"name\": %s, \"color\": %s}", quote(c.name()), quote(c.color())))
            .collect(Collectors.joining(",\n"));
    return """
        {
          "name": %s,
          "engine": %s,%s
          "weights": {"file": %s, "sha256": %s},
          "classes": [
        %s
          ],
          "void-label": %s,
          "input": {
            "name": %s,
            "layout": %s,
            "channel-order": %s,
            "mean": %s,
            "scale": %s,
            "pad": %s,
            "size": %s
          },
          "output": {
            "name": %s,
            "layout": %s,
            "kind": %s,
            "stride": %s,
            "align-corners": %b
          },
          "source": %s
        }
        """
        .formatted(
            quote(card.name()),
            quote(card.engine()),
            card.network().isEmpty() ? "" : "\n  \"network\": " + quote(card.network()) + ",",
            quote(card.weightsFile()),
            quote(card.weightsDigest()),
            classes,
            card.voidLabel(),
            quote(input.name()),
            quote(input.layout()),
            quote(input.channelOrder()),
            channels(input.mean()),
            channels(input.scale()),
            channels(input.pad()),
            size(input.size()),
            quote(output.name()),
            quote(output.layout()),
            quote(output.kind()),
            output.stride(),
            output.alignCorners() == AlignCorners.YES,
            quote(card.source()));
  }

  private static String size(SizePolicy size) {
    if (size instanceof SizePolicy.Fixed fixed) {
      return String.format(
          "{\"width\": %s, \"height\": %s, \"filter\": %s}",
          fixed.width(), fixed.height(), quote(fixed.filter()));
    }
    SizePolicy.Free free = (SizePolicy.Free) size;
    return free.plus() == 0
        ? String.format("{\"multiple\": %s}", free.multiple())
        : String.format("{\"multiple\": %s, \"plus\": %s}", free.multiple(), free.plus());
  }

  private static String channels(List<Double> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String quote(Enum<?> constant) {
    return quote(Section.choiceName(constant));
  }

  private static String quote(String text) {
    return ConfigUtil.quoteString(text);
  }
}

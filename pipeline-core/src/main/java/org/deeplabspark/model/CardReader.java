package org.deeplabspark.model;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.tensor.AlignCorners;
import org.deeplabspark.tensor.OutputKind;

/** JSON to {@link ModelCard}. */
final class CardReader {

  private CardReader() {}

  static ModelCard read(String json, String origin) {
    ConfigObject root;
    try {
      root =
          ConfigFactory.parseString(
                  json,
                  ConfigParseOptions.defaults()
                      .setSyntax(ConfigSyntax.JSON)
                      .setOriginDescription(origin))
              .root();
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "Invalid model card: " + e.getMessage().replaceAll("\\s+", " "), e);
    }
    return new Section(origin, "", root).whole(CardReader::card);
  }

  private static ModelCard card(Section card) {
    String name = card.string("name");
    EngineKind engine = card.choice("engine", EngineKind.class);
    var classes =
        card.sections("classes", s -> new ClassLabel(s.string("name"), s.string("color")));
    int voidLabel = card.has("void-label") ? card.integer("void-label") : LabelMask.VOID;
    ModelInput input = card.section("input", CardReader::input);
    ModelOutput output = card.section("output", s -> output(s, input.layout()));
    var weights = card.section("weights", s -> new String[] {s.string("file"), s.string("sha256")});
    String network = card.has("network") ? card.string("network") : "";
    String source = card.has("source") ? card.string("source") : "";
    return new ModelCard(
        name, engine, network, classes, voidLabel, input, output, weights[0], weights[1], source);
  }

  private static ModelInput input(Section input) {
    return new ModelInput(
        input.string("name"),
        input.choice("layout", TensorLayout.class),
        input.choice("channel-order", ChannelOrder.class),
        input.channels("mean"),
        input.channels("scale"),
        input.channels("pad"),
        input.section("size", CardReader::size));
  }

  private static SizePolicy size(Section size) {
    if (size.has("multiple")) {
      return new SizePolicy.Free(
          size.integer("multiple"), size.has("plus") ? size.integer("plus") : 0);
    }
    return new SizePolicy.Fixed(
        size.integer("width"),
        size.integer("height"),
        size.has("filter") ? size.choice("filter", ScaleFilter.class) : ScaleFilter.ANTIALIASED);
  }

  private static ModelOutput output(Section output, TensorLayout inputLayout) {
    return new ModelOutput(
        output.string("name"),
        output.has("layout") ? output.choice("layout", TensorLayout.class) : inputLayout,
        output.choice("kind", OutputKind.class),
        output.integer("stride"),
        output.flag("align-corners") ? AlignCorners.YES : AlignCorners.NO);
  }
}

package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NameMapTest {

  @Test
  void stepsOfRenameAreTakenInTurnAndThenLayersLookedUp() {
    NameMap map =
        NameMap.parse(
            """
            rename = [
              { from = "^(?:module|base)\\\\.", to = "" }
              { from = "^block(\\\\d+)\\\\.(\\\\w+)", to = "res$1_$2" }
            ]
            layers { res3_conv = stem }
            ignore = ["module.fc.*"]
            """,
            "map.conf");
    assertThat(map.here("module.block12.conv.weight")).hasValue("res12_conv.weight");
    assertThat(map.here("base.block3.conv.bias")).hasValue("stem.bias");
    assertThat(map.here("module.fc.weight")).isEmpty();
    assertThat(map.here("block")).hasValue("block");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layer { a = b } | unknown key layer",
        "layers { a = c, b = c } | two layers get one name",
        "rename = [{from = a}] | a step of rename has the keys from and to, got [from]",
        "rename = [{from = \"(\", to = b}] | cannot rename ( to b: Unclosed group",
        "rename = [{from = a, to = \"$1\"}] | cannot rename a to $1: No group 1",
        "rename = [{from = a, to = \"\\\\\"}] | cannot rename a to \\: character to be escaped",
        "rename = 3 | rename has type NUMBER rather than LIST",
      })
  void mapsAreChecked(String text, String message) {
    assertThatThrownBy(() -> NameMap.parse(text, "map.conf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid name map map.conf: ")
        .hasMessageContaining(message)
        .message()
        .doesNotContain("\n");
  }
}

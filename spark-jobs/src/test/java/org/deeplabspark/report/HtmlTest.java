package org.deeplabspark.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class HtmlTest {

  @Test
  void textAndAttributesHaveNoMeaning() {
    String page =
        new Html().open("p", "title", "\"' onload=\"x").text("</p><script>&amp;").close().page();

    assertThat(page)
        .isEqualTo(
            "<!DOCTYPE html>\n<p title=\"&quot;&#39; onload=&quot;x\">&lt;/p&gt;&lt;script&gt;&amp;amp;</p>\n");
  }

  @Test
  void controlCharactersAreShownAsUnknown() {
    assertThat(Html.escape("a\u0000b\u001b[0m\tc\n")).isEqualTo("a\ufffdb\ufffd[0m\tc\n");
  }

  @Test
  void aStyleSheetCannotEndItsElement() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Html().style("a{}</style>"));
  }

  @Test
  void everyElementMustBeClosed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Html().open("html").open("body").close().page())
        .withMessageContaining("html");
  }
}

package org.deeplabspark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.ScaleFilter;
import org.deeplabspark.model.SizePolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LetterboxTest {

  @ParameterizedTest
  @CsvSource({
    "500, 375, 513, 385", // 384.75
    "334, 500, 343, 513",
    "1, 1, 513, 513",
    "4000, 3, 513, 1", // never less than a row
    "513, 513, 513, 513"
  })
  void thePhotographJustFitsAFixedInput(int width, int height, int fitWidth, int fitHeight) {
    Letterbox letterbox =
        Letterbox.of(photo(width, height), new SizePolicy.Fixed(513, 513, ScaleFilter.BILINEAR));

    assertThat(letterbox).isEqualTo(new Letterbox(width, height, fitWidth, fitHeight, 513, 513));
  }

  @ParameterizedTest
  @CsvSource({"400, 100, 200, 50", "100, 100, 100, 100", "50, 400, 13, 100"})
  void anOblongInputIsFilledByTheTighterSide(int width, int height, int fitWidth, int fitHeight) {
    Letterbox letterbox =
        Letterbox.of(photo(width, height), new SizePolicy.Fixed(200, 100, ScaleFilter.BILINEAR));

    assertThat(letterbox.height()).isEqualTo(fitHeight);
    assertThat(letterbox.width()).isEqualTo(fitWidth);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 8, 8", "8, 16, 8, 16", "9, 15, 16, 16"})
  void aFreeInputIsRoundedUp(int width, int height, int inputWidth, int inputHeight) {
    Letterbox letterbox = Letterbox.of(photo(width, height), new SizePolicy.Free(8, 0));

    assertThat(letterbox)
        .isEqualTo(new Letterbox(width, height, width, height, inputWidth, inputHeight));
  }

  private static RgbImage photo(int width, int height) {
    return new RgbImage(width, height, new byte[3 * width * height]);
  }
}

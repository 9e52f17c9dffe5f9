package org.deeplabspark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplabspark.tensor.OutputKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {

  private static final byte[] WEIGHTS = {1, 2, 3};
  private static final ModelCard CARD = Cards.free(WEIGHTS, TensorLayout.NCHW, OutputKind.LOGITS);

  @TempDir Path folder;

  @Test
  void aDirectoryAndAFileWithACardAreTheSameModel() throws Exception {
    Path card = Files.writeString(folder.resolve("model.json"), CARD.toJson());
    Path weights = Files.write(folder.resolve("model.onnx"), WEIGHTS);

    Model directory = Model.open(folder, Optional.empty());
    Model file = Model.open(weights, Optional.of(card));

    assertThat(directory.card()).isEqualTo(CARD);
    assertThat(directory.weights()).isEqualTo(WEIGHTS);
    assertThat(directory.digest()).isEqualTo(file.digest()).hasSize(64);
  }

  @Test
  void theDigestChangesWithTheCard() {
    ModelCard other = Cards.free(WEIGHTS, TensorLayout.NHWC, OutputKind.LOGITS);

    assertThat(new Model(other, WEIGHTS).digest()).isNotEqualTo(new Model(CARD, WEIGHTS).digest());
  }

  @Test
  void whatIsMissingIsOneLine() throws Exception {
    Path nowhere = folder.resolve("nowhere");
    assertProblem(nowhere, Optional.empty(), "Invalid model: there is no " + nowhere);
    assertProblem(
        folder,
        Optional.empty(),
        "Invalid model %s: there is no model card %s"
            .formatted(folder, folder.resolve("model.json")));

    Path card = Files.writeString(folder.resolve("model.json"), CARD.toJson());
    Path weights = folder.resolve("model.onnx");
    assertProblem(
        folder,
        Optional.empty(),
        "Invalid model %s: there is no weights file %s".formatted(folder, weights));

    Files.write(weights, new byte[] {9});
    assertProblem(
        weights,
        Optional.empty(),
        "Invalid model %s: a weights file alone needs a model card (--model-card FILE)"
            .formatted(weights));
    assertProblem(
        weights,
        Optional.of(card),
        "Invalid weights for model three: the card was written for SHA-256 %s, got %s; take the file that it was written for, or put that digest into weights.sha256"
            .formatted(Sha256.of(WEIGHTS), Sha256.of(new byte[] {9})));
  }

  private static void assertProblem(Path path, Optional<Path> card, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Model.open(path, card))
        .withMessage(message);
  }
}

package org.deeplabspark.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.deeplabspark.engine.BareScores;
import org.deeplabspark.engine.EngineSettings;
import org.deeplabspark.engine.TestTimeAugmentation;
import org.deeplabspark.engine.TinyNetwork;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.model.Cards;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.model.TensorLayout;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.OutputKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class DynamicBatcherTest {

  private final ConcurrentLinkedQueue<List<Integer>> batches = new ConcurrentLinkedQueue<>();
  private final CountDownLatch firstIsIn = new CountDownLatch(1);
  private final Semaphore gate = new Semaphore(0);

  /** The first batch runs until the gate opens; a negative input fails its batch. */
  private List<Integer> run(List<Integer> inputs) {
    batches.add(inputs);
    firstIsIn.countDown();
    gate.acquireUninterruptibly();
    gate.release();
    if (inputs.stream().anyMatch(input -> input < 0)) {
      throw new IllegalStateException("negative");
    }
    return inputs.stream().map(input -> 10 * input).toList();
  }

  @Test
  void thoseWhoWaitWithTheSameShapeGoTogetherUpToABatch() throws Exception {
    // Shape is the last bit: even and odd never go together.
    DynamicBatcher<Integer, Integer> device =
        new DynamicBatcher<>(1, 3, input -> input & 1, this::run);
    List<CompletableFuture<Integer>> results = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    results.add(CompletableFuture.supplyAsync(() -> device.submit(100), threads));
    firstIsIn.await();
    for (int input : new int[] {2, 3, 4, 6, 8, 5}) {
      results.add(CompletableFuture.supplyAsync(() -> device.submit(input), threads));
      awaitWaiting(device, results.size() - 1);
    }
    gate.release();

    assertThat(results.stream().map(CompletableFuture::join).toList())
        .containsExactly(1000, 20, 30, 40, 60, 80, 50);
    assertThat(batches).first().isEqualTo(List.of(100));
    assertThat(batches).allMatch(batch -> batch.size() <= 3);
    assertThat(batches).allMatch(batch -> batch.stream().map(i -> i & 1).distinct().count() == 1);
    assertThat(batches).contains(List.of(2, 4, 6), List.of(3, 5), List.of(8));
    threads.shutdown();
  }

  @Test
  void aFailureStaysWithItsImage() throws Exception {
    DynamicBatcher<Integer, Integer> device = new DynamicBatcher<>(1, 8, input -> "one", this::run);
    ExecutorService threads = Executors.newCachedThreadPool();
    CompletableFuture<Integer> first =
        CompletableFuture.supplyAsync(() -> device.submit(1), threads);
    firstIsIn.await();
    List<CompletableFuture<Integer>> others = new ArrayList<>();
    for (int input : new int[] {2, -3, 4}) {
      others.add(CompletableFuture.supplyAsync(() -> device.submit(input), threads));
    }
    awaitWaiting(device, 3);
    gate.release();

    assertThat(first.join()).isEqualTo(10);
    assertThat(others.get(0).join()).isEqualTo(20);
    assertThatThrownBy(others.get(1)::join)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasRootCauseMessage("negative");
    assertThat(others.get(2).join()).isEqualTo(40);
    threads.shutdown();
  }

  @Test
  void aBatchGivesTheScoresOfSingleImages() {
    byte[] network = TinyNetwork.openBatch(3);
    ModelCard card = Cards.free(network, TensorLayout.NCHW, OutputKind.LOGITS);
    List<RgbImage> photos = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      photos.add(noise(10, 7 - i % 2, i)); // two heights, one input size
    }
    try (OnnxEngine engine =
        OnnxEngine.open(
            card, network, new EngineSettings("cpu", 1, 1, 8, TestTimeAugmentation.NONE))) {
      List<FeatureMap> together =
          engine.run(photos.stream().map(photo -> input(engine, card, photo)).toList());
      for (int i = 0; i < photos.size(); i++) {
        RgbImage photo = photos.get(i);
        assertThat(together.get(i).values()).isEqualTo(BareScores.of(engine, card, photo).values());
      }
    }
  }

  private static OnnxEngine.Input input(OnnxEngine engine, ModelCard card, RgbImage photo) {
    BareScores.Input input = BareScores.input(card, photo);
    return engine.input(input.height(), input.width(), input.fill());
  }

  private static RgbImage noise(int width, int height, int seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  private static void awaitWaiting(DynamicBatcher<Integer, Integer> device, int count)
      throws InterruptedException {
    while (device.waiting() < count) {
      Thread.sleep(1);
    }
  }
}

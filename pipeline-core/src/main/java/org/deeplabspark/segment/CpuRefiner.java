package org.deeplabspark.segment;

import java.util.TreeSet;
import org.deeplabspark.crf.CrfRuns;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** The dense CRF on this machine's cores. */
public final class CpuRefiner implements Refiner {

  private final CrfRuns runs;
  private DenseCrf crf;

  /** A refiner with a workspace of its own, which grows with the images. */
  public CpuRefiner(CrfRuns runs) {
    this.runs = runs;
  }

  @Override
  public void refine(RgbImage photo, NetworkScores scores, Answers answers) {
    boolean done = false;
    try {
      for (CrfRuns.Run run : runs.runs()) {
        if (crf == null) {
          crf = new DenseCrf(run.settings());
        } else {
          crf.use(run.settings());
        }
        crf.refine(
            photo,
            scores,
            new TreeSet<>(run.byIterations().keySet()),
            (refined, iterations) ->
                run.byIterations()
                    .get(iterations)
                    .forEach(setting -> answers.accept(setting, refined)));
      }
      done = true;
    } finally {
      if (!done) {
        crf = null; // its workspace may be half of this image and half of the last
      }
    }
  }
}

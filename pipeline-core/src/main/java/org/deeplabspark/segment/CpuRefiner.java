package org.deeplabspark.segment;

import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.DenseCrf;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** The dense CRF on this machine's cores. */
final class CpuRefiner implements Refiner {

  private final DenseCrf crf;

  CpuRefiner(CrfSettings settings) {
    crf = new DenseCrf(settings);
  }

  @Override
  public Refined refine(RgbImage photo, NetworkScores scores) {
    return crf.refine(photo, scores);
  }

  /** Does nothing: the workspace is the collector's. */
  @Override
  public void close() {}
}

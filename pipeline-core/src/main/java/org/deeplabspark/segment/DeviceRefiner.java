package org.deeplabspark.segment;

import java.util.List;
import java.util.function.Supplier;
import org.deeplabspark.crf.CrfMemoryException;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.crf.device.ScoredPhoto;
import org.deeplabspark.crf.device.SharedDeviceCrf;
import org.deeplabspark.device.DeviceException;
import org.deeplabspark.device.DeviceMemoryException;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** The dense CRF on a device that all workers share; on this machine's cores where that may be. */
public final class DeviceRefiner implements Refiner {

  private final SharedDeviceCrf device;
  private final Supplier<Refiner> makeOther;
  private Refiner other;

  /**
   * A worker's refiner.
   *
   * @param device stays the caller's
   * @param makeOther makes a refiner for what the device cannot do; null where there is none, so
   *     that such an image fails
   */
  public DeviceRefiner(SharedDeviceCrf device, Supplier<Refiner> makeOther) {
    this.device = device;
    this.makeOther = makeOther;
  }

  @Override
  public void refine(RgbImage photo, NetworkScores scores, Answers answers) {
    List<Refined> refined;
    try {
      refined = device.label(new ScoredPhoto(photo, scores));
    } catch (DeviceException e) {
      if (makeOther != null) {
        other().refine(photo, scores, answers);
        return;
      }
      throw e instanceof DeviceMemoryException
          ? new CrfMemoryException(photo.width(), photo.height(), e.getMessage())
          : e;
    }
    for (int setting = 0; setting < refined.size(); setting++) {
      answers.accept(setting, refined.get(setting));
    }
  }

  private Refiner other() {
    if (other == null) {
      other = makeOther.get();
    }
    return other;
  }
}

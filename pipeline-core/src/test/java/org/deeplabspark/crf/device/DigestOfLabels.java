package org.deeplabspark.crf.device;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.Devices;

/** Prints a digest of all bytes that the CRF gives on this JVM's device. */
final class DigestOfLabels {

  private DigestOfLabels() {}

  public static void main(String[] arguments) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    try (Device device = Devices.open(0, true);
        DeviceCrf crf = new DeviceCrf(device, CrfSettings.deepLabV2(), 8L << 30)) {
      List<ScoredPhoto> photos =
          List.of(
              DevicePhotos.drawn(120, 90, 21, "stripes"),
              DevicePhotos.drawn(64, 200, 21, "noise"),
              DevicePhotos.drawn(150, 40, 21, "plane"));
      for (Refined labels : crf.label(photos)) {
        digest.update(labels.mask().labels());
        digest.update(ByteBuffer.allocate(4).putFloat(labels.meanConfidence()).array());
      }
    }
    System.out.println(HexFormat.of().formatHex(digest.digest()));
  }
}

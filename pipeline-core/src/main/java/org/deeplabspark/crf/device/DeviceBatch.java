package org.deeplabspark.crf.device;

import com.sun.jna.Memory;
import java.util.List;
import org.deeplabspark.crf.device.Workspace.Array;
import org.deeplabspark.device.Device;
import org.deeplabspark.device.DeviceBuffer;
import org.deeplabspark.image.RgbImage;

/** Photographs that are labelled together: their pixels are counted through, one after another. */
final class DeviceBatch {

  private final Device device;
  private final Array imageTable;
  private final Array colours;
  private List<RgbImage> images = List.of();
  private int[] firstPixels = new int[0];
  private int pixels;

  DeviceBatch(Device device, Workspace workspace) {
    this.device = device;
    imageTable = workspace.array();
    colours = workspace.array();
  }

  /** Copies photographs to the device. */
  void load(List<RgbImage> photographs) {
    images = List.of();
    firstPixels = new int[photographs.size()];
    int[] table = new int[3 * photographs.size()];
    int pixel = 0;
    for (int i = 0; i < firstPixels.length; i++) {
      RgbImage image = photographs.get(i);
      firstPixels[i] = pixel;
      table[3 * i] = pixel;
      table[3 * i + 1] = image.width();
      table[3 * i + 2] = image.pixels();
      pixel = Math.addExact(pixel, image.pixels());
    }
    pixels = pixel;
    Memory rgb = new Memory(3L * pixels);
    for (int i = 0; i < firstPixels.length; i++) {
      byte[] bytes = photographs.get(i).rgb();
      rgb.write(3L * firstPixels[i], bytes, 0, bytes.length);
    }
    NativeCopies.write(device, imageTable, table);
    NativeCopies.write(device, colours, rgb);
    images = List.copyOf(photographs);
  }

  List<RgbImage> images() {
    return images;
  }

  /** [image] of its first pixel, width and number of pixels. */
  DeviceBuffer imageTable() {
    return imageTable.buffer();
  }

  /** [pixel][3]. */
  DeviceBuffer colours() {
    return colours.buffer();
  }

  int firstPixel(int image) {
    return firstPixels[image];
  }

  /** Of all photographs. */
  int pixels() {
    return pixels;
  }

  int mostPixels() {
    return images.stream().mapToInt(RgbImage::pixels).max().orElseThrow();
  }

  int mostColumns() {
    return images.stream().mapToInt(RgbImage::width).max().orElseThrow();
  }

  int mostRows() {
    return images.stream().mapToInt(RgbImage::height).max().orElseThrow();
  }

  /** Width and height of each, in order. */
  List<Long> sizes() {
    return images.stream().map(image -> (long) image.width() << 32 | image.height()).toList();
  }
}

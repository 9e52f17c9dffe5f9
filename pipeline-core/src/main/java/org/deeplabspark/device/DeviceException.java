package org.deeplabspark.device;

/** A device that is not there or does not do what it was asked; one line. */
public class DeviceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A failure, in one line. */
  public DeviceException(String message) {
    super(message);
  }
}

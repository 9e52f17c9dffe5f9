package org.deeplabspark.device;

/** A device has no room left for a buffer; what it holds is unharmed. */
public final class DeviceMemoryException extends DeviceException {

  private static final long serialVersionUID = 1L;

  /** A buffer that was not made, in one line. */
  public DeviceMemoryException(String message) {
    super(message);
  }
}

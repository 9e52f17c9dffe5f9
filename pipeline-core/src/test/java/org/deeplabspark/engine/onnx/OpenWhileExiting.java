package org.deeplabspark.engine.onnx;

/** A program that opens a network while its JVM is on its way out, long after other hooks ran. */
final class OpenWhileExiting {

  private static final long MILLIS = 1_000;

  private OpenWhileExiting() {}

  public static void main(String[] arguments) {
    OpenAndClose.main(arguments);
    Runtime.getRuntime().addShutdownHook(new Thread(OpenWhileExiting::open));
    System.exit(0);
  }

  private static void open() {
    try {
      Thread.sleep(MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    OpenAndClose.main(new String[0]);
  }
}

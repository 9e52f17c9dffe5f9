package org.deeplabspark.train;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;

/** Threads of the native libraries: Spark's tasks are the parallelism, one core each. */
final class NativeThreads {

  private NativeThreads() {}

  /** One thread for each task in this JVM. Cheap to call again. */
  static void limitToOne() {
    openblas_nolapack.blas_set_num_threads(1);
    Nd4j.getEnvironment().setMaxThreads(1);
  }
}

package org.deeplabspark.crf;

/** Plain loops. */
final class ScalarEmbeddingKernels implements EmbeddingKernels {

  @Override
  public void embed(EmbeddedRow row, float[] scale) {
    for (int x = 0; x < row.stride; x++) {
      elevate(row, scale, x);
      int sum = round(row, x);
      rank(row, x);
      returnToPlane(row, sum, x);
    }
  }

  private static void elevate(EmbeddedRow row, float[] scale, int x) {
    float sum = 0;
    for (int i = row.dimensions; i > 0; i--) {
      float scaled = row.feature[(i - 1) * row.stride + x] * scale[i - 1];
      row.elevated[i * row.stride + x] = sum - i * scaled;
      sum += scaled;
    }
    row.elevated[x] = sum;
  }

  private static int round(EmbeddedRow row, int x) {
    int vertices = row.dimensions + 1;
    float inverse = 1.0f / vertices;
    int sum = 0;
    for (int i = 0; i < vertices; i++) {
      int at = i * row.stride + x;
      float quotient = inverse * row.elevated[at] + ROUNDING - ROUNDING;
      row.quotient[at] = quotient;
      row.residual[at] = row.elevated[at] - quotient * vertices;
      row.rank[at] = 0;
      sum += (int) quotient;
    }
    return sum;
  }

  private static void rank(EmbeddedRow row, int x) {
    for (int i = 0; i < row.dimensions; i++) {
      for (int j = i + 1; j <= row.dimensions; j++) {
        int first = i * row.stride + x;
        int second = j * row.stride + x;
        boolean smaller = row.residual[first] < row.residual[second];
        row.rank[smaller ? first : second]++;
      }
    }
  }

  /** Moves the multiples with the largest residuals where they do not sum to 0. */
  private static void returnToPlane(EmbeddedRow row, int sum, int x) {
    int vertices = row.dimensions + 1;
    float inverse = 1.0f / vertices;
    for (int i = 0; i < vertices; i++) {
      int at = i * row.stride + x;
      float rank = row.rank[at] + sum;
      if (rank < 0) {
        rank += vertices;
        row.quotient[at]++;
      } else if (rank >= vertices) {
        rank -= vertices;
        row.quotient[at]--;
      }
      row.rank[at] = rank;
      row.residual[at] = (row.elevated[at] - row.quotient[at] * vertices) * inverse;
    }
  }
}

package org.deeplabspark.label;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Parts a partition's images into shards of about equal work, in the order they come: a shard ends
 * where the next image would exceed it, and an image that alone exceeds it gets one of its own. A
 * row gets three more values: the image's own work stays, then this partition's number and the
 * shard's number in it.
 *
 * @param work most work of a shard, in the unit of column {@code column}
 * @param images most images of a shard
 * @param column index of the work, long
 */
record PackShards(long work, long images, int column) implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    int packer = TaskContext.getPartitionId();
    return new Iterator<>() {
      private int shard;
      private long workInIt;
      private long imagesInIt;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        long more = row.getLong(column);
        if (imagesInIt > 0 && (imagesInIt >= images || workInIt + more > work)) {
          shard++;
          workInIt = 0;
          imagesInIt = 0;
        }
        workInIt += more;
        imagesInIt++;
        Object[] values = new Object[row.length() + 2];
        for (int i = 0; i < row.length(); i++) {
          values[i] = row.get(i);
        }
        values[row.length()] = packer;
        values[row.length() + 1] = shard;
        return RowFactory.create(values);
      }
    };
  }
}

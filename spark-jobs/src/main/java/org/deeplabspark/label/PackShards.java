package org.deeplabspark.label;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.collection.JavaConverters;

/**
 * Parts a partition's images into shards of about equal work, in the order they come: a shard ends
 * where the next image would exceed it, and an image that alone exceeds it gets one of its own. A
 * row gets three more values: the image's own work stays, then this partition's number and the
 * shard's number in it.
 *
 * @param work most work of a shard, in the unit of column {@code work}
 * @param images most images of a shard
 */
record PackShards(long work, long images) implements MapPartitionsFunction<Row, Row> {

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
        long more = row.<Long>getAs("work");
        if (imagesInIt > 0 && (imagesInIt >= images || workInIt + more > work)) {
          shard++;
          workInIt = 0;
          imagesInIt = 0;
        }
        workInIt += more;
        imagesInIt++;
        List<Object> values = new ArrayList<>(JavaConverters.seqAsJavaList(row.toSeq()));
        values.addAll(List.of(packer, shard));
        return RowFactory.create(values.toArray());
      }
    };
  }
}

package org.deeplabspark.label;

import java.io.Serializable;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplabspark.model.ModelCard;
import org.deeplabspark.settings.Settings;
import org.deeplabspark.source.InputFiles;

/**
 * What tasks need to label images.
 *
 * @param card of the model
 * @param weights of the model, whose digest the card holds
 * @param hadoop configuration of the file systems
 * @param files opens the images
 * @param stored whether rows carry the images' content
 * @param settings resolved
 * @param modelDigest for the rows
 * @param configDigest for the rows
 * @param runId for the rows
 * @param done counts images as they are done; for the progress line only, since a repeated task
 *     counts again
 * @param bad counts those among them that ended in errors; likewise
 */
public record LabelContext(
    ModelCard card,
    Broadcast<byte[]> weights,
    Broadcast<SerializableConfiguration> hadoop,
    InputFiles files,
    boolean stored,
    Settings settings,
    String modelDigest,
    String configDigest,
    String runId,
    LongAccumulator done,
    LongAccumulator bad)
    implements Serializable {}

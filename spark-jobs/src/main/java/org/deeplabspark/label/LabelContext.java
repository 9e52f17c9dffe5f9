package org.deeplabspark.label;

import org.deeplabspark.pass.LoadedImage;
import org.deeplabspark.pass.PerImage;
import org.deeplabspark.pass.SharedModel;
import org.deeplabspark.pass.TaskResources;
import org.deeplabspark.pass.TaskTimes;
import org.deeplabspark.settings.LabelSettings;
import org.deeplabspark.source.InputFiles;

/**
 * What tasks need to label images.
 *
 * @param model the network
 * @param files looks whether a row's file is gone
 * @param redo which images that have rows are done again
 * @param maskCodec for the rows
 * @param key digests for the rows
 * @param runId for the rows
 */
record LabelContext(
    SharedModel model,
    InputFiles files,
    LabelSettings.Redo redo,
    String maskCodec,
    RunRecord.Key key,
    String runId)
    implements PerImage.Factory {

  /** Where path, length and time tell that an image is that of a row, nobody reads it. */
  @Override
  public boolean reads(LoadedImage image) {
    return !image.row().<Boolean>getAs(DoneRows.TRUSTED);
  }

  @Override
  public PerImage open(TaskResources task, TaskTimes times) {
    return new ImageLabeller(this, task, times);
  }
}

package org.deeplabspark.report;

import java.util.List;
import java.util.function.Function;
import org.deeplabspark.image.LabelMask;
import org.deeplabspark.image.Palette;

/** The images on a page. */
final class PictureSections {

  /** What a mean winning marginal is not: after a CRF it is near 1 for right and wrong alike. */
  private static final String NO_PROBABILITY =
      "not a probability of being right. It compares images of one run, and says nothing about one alone.";

  private final ReportData data;
  private final Html html;

  PictureSections(ReportData data, Html html) {
    this.data = data;
    this.html = html;
  }

  void write() {
    section(
        "worst", "Worst images", "Lowest mean IoU over the classes in their truth.", data.worst());
    section("random", "Random images", "Picked by chance, for an honest look.", data.random());
    review();
  }

  private void section(String id, String title, String words, List<ReportImage> images) {
    if (images.isEmpty()) {
      return;
    }
    html.open("section", "id", id).element("h2", title).element("p", words, "class", "note");
    legend();
    for (ReportImage image : images) {
      html.open("article", "class", "card image");
      html.open("h3").element("span", image.imageId(), "class", "id");
      ious(image);
      html.close();
      html.open("div", "class", "pictures");
      for (ReportImage.Picture picture : image.pictures()) {
        figure(image, picture);
      }
      html.close();
      notes(image);
      html.close();
    }
    html.close();
  }

  private void legend() {
    List<Integer> ids = ReportPage.legend(data);
    if (ids.isEmpty()) {
      return;
    }
    Palette palette = data.classColors().isEmpty() ? Palette.voc() : Palette.of(data.classColors());
    html.open("p", "class", "legend classes");
    for (int id : ids) {
      swatch(palette.rgb(id), data.name(id));
    }
    if (data.request().truth().isPresent()) {
      swatch(palette.rgb(LabelMask.VOID), "void");
      swatch(0xe03131, "wrong");
    }
    html.close();
  }

  private void swatch(int rgb, String name) {
    html.open("span", "class", "class");
    html.element("span", "", "class", "swatch", "style", "background:" + Formats.color(rgb));
    html.text(name).close();
  }

  private void ious(ReportImage image) {
    html.open("span", "class", "ious");
    if (!Double.isNaN(image.facts().rawMeanIou()) && !Double.isNaN(image.facts().meanIou())) {
      double gain = image.facts().meanIou() - image.facts().rawMeanIou();
      html.text("mIoU " + Formats.short100(image.facts().rawMeanIou()) + " → ");
      html.element("b", Formats.short100(image.facts().meanIou()) + " %");
      html.element("span", Formats.points(gain), "class", gain >= 0 ? "chip up" : "chip down");
    } else if (!Double.isNaN(image.facts().meanIou())) {
      html.text("mIoU ").element("b", Formats.short100(image.facts().meanIou()) + " %");
    }
    html.close();
  }

  private void figure(ReportImage image, ReportImage.Picture picture) {
    html.open("figure");
    html.empty(
        "img",
        "class",
        picture.smooth() ? "photo" : "mask",
        "alt",
        image.imageId() + ": " + picture.caption(),
        "width",
        "" + image.width(),
        "height",
        "" + image.height(),
        "src",
        picture.uri());
    html.element("figcaption", picture.caption()).close();
  }

  private void notes(ReportImage image) {
    if (!image.notes().isEmpty()) {
      html.element("p", image.notes(), "class", "warning");
    }
  }

  private void review() {
    if (data.unsure().isEmpty() && data.changed().isEmpty()) {
      return;
    }
    html.open("section", "id", "review").element("h2", "Review queue");
    html.element("p", "Images that a person should look at first.", "class", "note");
    queue(
        "Least decided",
        Double.isNaN(data.meanChanged())
            ? "Lowest first by the probability that the network gives to each pixel's winning class, averaged over the pixels; "
                + NO_PROBABILITY
            : "Lowest first by the mean winning marginal after the CRF: what it gives to each pixel's winning class, averaged over the pixels; "
                + NO_PROBABILITY,
        data.unsure(),
        image -> Formats.percent(image.facts().marginal()));
    queue(
        "Most changed by the CRF",
        "Highest first by the share of pixels whose class the CRF changed.",
        data.changed(),
        image -> Formats.percent(image.facts().changed()) + " changed");
    html.close();
  }

  private void queue(
      String title,
      String ranking,
      List<ReportImage> images,
      Function<ReportImage, String> figure) {
    if (images.isEmpty()) {
      return;
    }
    html.element("h3", title).element("p", ranking, "class", "note");
    html.open("div", "class", "queue");
    for (ReportImage image : images) {
      html.open("article", "class", "card small");
      html.element("h4", image.imageId(), "class", "id");
      html.element("p", figure.apply(image), "class", "note");
      html.open("div", "class", "pair");
      for (ReportImage.Picture picture : image.pictures()) {
        if (picture.caption().equals("photo")
            || picture.caption().equals("with CRF")
            || picture.caption().equals("prediction")) {
          figure(image, picture);
        }
      }
      html.close();
      notes(image);
      html.close();
    }
    html.close();
  }
}

package org.deeplabspark.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML and the SVG in it. Text and attributes are escaped wherever they come from; tags and
 * attribute names are this program's own. Elements are closed in the order they were opened.
 */
final class Html {

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element; attributes come as name, value, name, value. */
  Html open(String tag, String... attributes) {
    tag(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element that was opened last. */
  Html close() {
    out.append("</").append(open.pop()).append(">\n");
    return this;
  }

  /** An element without children. */
  Html empty(String tag, String... attributes) {
    tag(tag, attributes).append(tag.equals("img") || tag.equals("meta") ? ">" : "/>");
    return this;
  }

  /** An element that holds a text. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** A text. */
  Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An entry of a plot's legend. */
  Html key(String kind, String text) {
    open("span", "class", "item").element("span", "", "class", "key " + kind);
    return text(text).close();
  }

  /** The page's style sheet, as it is. */
  Html style(String css) {
    if (css.contains("</")) {
      throw new IllegalArgumentException("Invalid style sheet: it would end its element");
    }
    out.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  private StringBuilder tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"").append(escape(attributes[i + 1]));
      out.append('"');
    }
    return out;
  }

  /** The page. */
  String page() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Still open: " + open);
    }
    return "<!DOCTYPE html>\n" + out;
  }

  /**
   * A text in which no character has a meaning to HTML; control characters, which it does not
   * allow, are shown as U+FFFD.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < ' ' && c != '\n' && c != '\t' ? '\ufffd' : c);
      }
    }
    return escaped.toString();
  }
}

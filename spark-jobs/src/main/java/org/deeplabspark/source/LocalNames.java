package org.deeplabspark.source;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Names on local disks as text and back. A Unix name is a string of bytes; those that are not UTF-8
 * are written {@code \xHH}, so that each file has a text of its own and can be opened by it. A
 * backslash before such letters in a name itself is written {@code \x5C}.
 */
final class LocalNames {

  private static final Pattern BYTE = Pattern.compile("\\\\x[0-9A-F]{2}");
  private static final char REPLACEMENT = '\ufffd';

  private LocalNames() {}

  /** The last name of a path, as text. */
  static String text(Path file) {
    String name = file.getFileName().toString();
    if (name.indexOf(REPLACEMENT) < 0) {
      return escaped(name);
    }
    // The URI has every byte of the path; its text has lost them.
    String whole = decode(unescaped(file.toUri().getRawPath()), true);
    String trimmed = whole.endsWith("/") ? whole.substring(0, whole.length() - 1) : whole;
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  /** The path of such a text, in any locale. */
  static Path path(String text) {
    return text.chars().allMatch(c -> c < 0x80) && !text.contains("\\x")
        ? Path.of(text)
        : Path.of(URI.create("file://" + uri(text)));
  }

  /**
   * A qualified path that somebody typed, or copied from a table: a file that is really called so
   * comes first.
   */
  static org.apache.hadoop.fs.Path typed(org.apache.hadoop.fs.Path path) {
    URI uri = path.toUri();
    if (!"file".equals(uri.getScheme()) || !BYTE.matcher(uri.getPath()).find()) {
      return path;
    }
    String literal = escaped(uri.getPath());
    return Files.exists(path(literal), LinkOption.NOFOLLOW_LINKS)
        ? new org.apache.hadoop.fs.Path(uri.getScheme(), uri.getAuthority(), literal)
        : path;
  }

  private static String escaped(String name) {
    return BYTE.matcher(name).replaceAll(found -> "\\\\x5C" + found.group().substring(1));
  }

  /**
   * Bytes as UTF-8, where they are not with each byte as {@code \xHH}.
   *
   * @param escape whether what reads like such a byte already is escaped
   */
  static String decode(byte[] bytes, boolean escape) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    StringBuilder text = new StringBuilder();
    while (in.hasRemaining()) {
      CoderResult result = decoder.reset().decode(in, out, true);
      String valid = out.flip().toString();
      text.append(escape ? escaped(valid) : valid);
      out.clear();
      for (int i = 0; i < (result.isError() ? result.length() : 0); i++) {
        text.append(String.format("\\x%02X", in.get() & 0xff));
      }
    }
    return text.toString();
  }

  private static byte[] unescaped(String rawPath) {
    ByteBuffer bytes = ByteBuffer.allocate(rawPath.length());
    for (int i = 0; i < rawPath.length(); i++) {
      boolean escape = rawPath.charAt(i) == '%';
      bytes.put(
          (byte)
              (escape ? Integer.parseInt(rawPath.substring(i + 1, i + 3), 16) : rawPath.charAt(i)));
      i += escape ? 2 : 0;
    }
    byte[] exact = new byte[bytes.position()];
    bytes.flip().get(exact);
    return exact;
  }

  private static String uri(String text) {
    StringBuilder uri = new StringBuilder();
    for (int i = 0; i < text.length(); ) {
      if (text.startsWith("\\x", i) && BYTE.matcher(text).region(i, text.length()).lookingAt()) {
        uri.append('%').append(text, i + 2, i + 4);
        i += 4;
        continue;
      }
      int point = text.codePointAt(i);
      for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
        uri.append(b == '/' ? "/" : String.format("%%%02X", b & 0xff));
      }
      i += Character.charCount(point);
    }
    return uri.toString();
  }
}

package org.deeplabspark.model;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import java.io.File;
import java.net.URL;

/**
 * How every HOCON file that a user gives is parsed: it must be there, and {@code include} is
 * refused. A file of settings says by itself what it holds, and reading it opens no other file and
 * no connection.
 */
public final class StrictHocon {

  private StrictHocon() {}

  /** Options for the parser. What is refused is a {@link ConfigException} that names the fix. */
  public static ConfigParseOptions options() {
    return ConfigParseOptions.defaults().setAllowMissing(false).setIncluder(new NoIncludes());
  }

  /** Without the three special interfaces the library would open those kinds by itself. */
  private static final class NoIncludes
      implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
      return this;
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
      throw refused("\"" + what + "\"");
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
      throw refused("file(\"" + what + "\")");
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
      throw refused("url(\"" + what + "\")");
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
      throw refused("classpath(\"" + what + "\")");
    }

    private static ConfigException refused(String what) {
      return new ConfigException.Generic(
          "include " + what + " is not supported; put its lines into this file");
    }
  }
}

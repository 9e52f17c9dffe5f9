package org.deeplabspark.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads our tables by a program that is not Spark. */
public final class Duck {

  private Duck() {}

  /** The FROM clause of a table of ours. */
  public static String table(Path output, String name) {
    return "read_parquet('"
        + output.resolve(name).toString().replace("'", "''").replace("[", "[[]")
        + "/**/*.parquet', hive_partitioning = true)";
  }

  /** Rows of a query, every value as text. */
  public static List<List<String>> query(String sql) {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<List<String>> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
          row.add(result.getString(column));
        }
        rows.add(row);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Digest of each image's mask. */
  public static Map<String, String> maskDigests(Path output) {
    Map<String, String> digests = new TreeMap<>();
    for (List<String> row : query("SELECT image_id, md5(mask) FROM " + table(output, "masks"))) {
      if (digests.put(row.get(0), row.get(1)) != null) {
        throw new IllegalStateException("Two masks of " + row.get(0));
      }
    }
    return digests;
  }
}

/**
 * Where images come from: directories, globs, files, lists and Parquet data sets on any Hadoop file
 * system.
 */
package org.deeplabspark.source;

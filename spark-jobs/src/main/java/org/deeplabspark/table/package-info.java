/**
 * The rows that jobs write, each with its Spark schema. Stable: scripts and dashboards are built on
 * them.
 */
package org.deeplabspark.table;

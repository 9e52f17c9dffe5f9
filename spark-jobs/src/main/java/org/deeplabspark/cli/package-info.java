/**
 * The command line: parses, resolves the settings, calls a job, turns its outcome into an exit
 * code.
 */
package org.deeplabspark.cli;

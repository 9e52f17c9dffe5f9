/** {@code report}: one self-contained page about a run. */
package org.deeplabspark.report;

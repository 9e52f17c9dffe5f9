/** {@code sweep-crf}: the same images under many CRF settings, scored once. */
package org.deeplabspark.sweep;

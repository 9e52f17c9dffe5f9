/** One pass over images: what runs on executors and what lives there once per JVM. */
package org.deeplabspark.pass;

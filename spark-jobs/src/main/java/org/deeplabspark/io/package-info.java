/**
 * Files on Hadoop file systems: bytes, atomic files, output directories, their lock, model files.
 */
package org.deeplabspark.io;

/** What the demonstration needs and nothing else: synthetic scenes with exact ground truth. */
package org.deeplabspark.demo;

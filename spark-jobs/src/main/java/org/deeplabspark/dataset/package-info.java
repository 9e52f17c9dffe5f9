/** How ground truth lies on disk and what its labels mean. */
package org.deeplabspark.dataset;

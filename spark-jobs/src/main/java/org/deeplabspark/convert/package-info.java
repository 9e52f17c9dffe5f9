/** Models from one form into another: imported, exported, looked into. */
package org.deeplabspark.convert;

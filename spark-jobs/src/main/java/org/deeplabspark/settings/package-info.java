/** What can be set, where it was set, and whether it makes sense. */
package org.deeplabspark.settings;

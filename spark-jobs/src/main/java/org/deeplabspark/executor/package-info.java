/** What lives once in an executor's JVM, and the code that runs there. */
package org.deeplabspark.executor;

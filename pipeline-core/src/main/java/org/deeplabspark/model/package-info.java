/** A trained model on disk: its card, its weights and their digest. */
package org.deeplabspark.model;

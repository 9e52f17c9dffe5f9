/** What a DeepLab network is: layers, rates, strides, parameter names. No engine's types. */
package org.deeplabspark.network;

/** Options that bundles contribute to the node while they run. */
package io.tenon.runtime.option;

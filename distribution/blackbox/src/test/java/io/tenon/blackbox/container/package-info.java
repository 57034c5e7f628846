/** Tests that run inside an OSGi framework, beside the node's bundles. */
package io.tenon.blackbox.container;

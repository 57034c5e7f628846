/** The JSON gateway and the operations endpoints. */
package io.tenon.edge.json;

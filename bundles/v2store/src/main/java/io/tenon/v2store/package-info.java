/** The tree of the v2 API, as far as it is replicated. */
package io.tenon.v2store;

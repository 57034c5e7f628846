/** The default storage engine, on H2 MVStore. */
package io.tenon.storage.mvstore;

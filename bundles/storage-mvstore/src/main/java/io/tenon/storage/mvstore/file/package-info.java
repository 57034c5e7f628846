/** The file below MVStore: blocks with checksums, and the disk they lie on. */
package io.tenon.storage.mvstore.file;

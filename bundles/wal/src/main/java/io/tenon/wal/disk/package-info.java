/** The file operations the log is made of, narrow enough that a test can stand in for the disk and fail or crash at any of them. */
package io.tenon.wal.disk;

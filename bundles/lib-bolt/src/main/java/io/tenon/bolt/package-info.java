/** Bolt files: ordered maps of bytes in named buckets, in one file of pages ({@code docs/formats/etcd-database.md}). Read whole and checked, or written whole. */
package io.tenon.bolt;

/** The versioned key space: index, revisions, transactions, compaction. */
package io.tenon.mvcc;

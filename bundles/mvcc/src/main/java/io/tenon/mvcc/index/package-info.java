/**
 * Which revisions each key has: a B+tree over byte blocks. The writer changes nodes it made itself in place and copies those that readers
 * may hold; a published root never changes.
 */
package io.tenon.mvcc.index;

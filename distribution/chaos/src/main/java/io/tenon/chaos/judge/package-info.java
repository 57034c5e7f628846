/** What a history of clients proves against a cluster. */
package io.tenon.chaos.judge;

/** What clients did and saw: the evidence. */
package io.tenon.chaos.history;

/** Gogo commands of scope {@code tenon}, and the socket through which an operator reaches Gogo on a running node. */
package io.tenon.shell;

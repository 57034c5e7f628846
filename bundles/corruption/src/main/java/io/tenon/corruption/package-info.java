/** Members compare their keyspaces, and raise an alarm when one differs. */
package io.tenon.corruption;

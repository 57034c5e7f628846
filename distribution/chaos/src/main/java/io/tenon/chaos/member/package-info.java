/** Members as processes, and the cluster they form. */
package io.tenon.chaos.member;

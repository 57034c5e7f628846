/** Users, roles and permissions as a part of the replicated state. */
package io.tenon.auth;

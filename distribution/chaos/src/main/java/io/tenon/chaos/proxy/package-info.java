/** What stands between members and can cut, slow and heal the way from one to another. */
package io.tenon.chaos.proxy;

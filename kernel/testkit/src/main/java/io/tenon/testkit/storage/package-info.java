/** What every storage engine must do. */
package io.tenon.testkit.storage;

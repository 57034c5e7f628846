/** Members made of the real parts by hand, stepped and connected by the test. */
package io.tenon.members;

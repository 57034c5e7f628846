/** Contract suites, fakes and the scenario language that the tests of all bundles share. */
package io.tenon.testkit;

/** Rules about the whole house that no single module can check: who knows whom, and how long things are. */
package io.tenon.tidy;

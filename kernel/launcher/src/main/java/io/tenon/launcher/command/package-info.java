/** The command line and the environment as etcd reads them. Pure: nothing here writes, logs or exits. */
package io.tenon.launcher.command;

/** The language of scenario files: a command line, {@code ----}, the transcript that is expected. */
package io.tenon.raft.scenario;

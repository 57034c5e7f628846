package io.tenon.raft.scenario;

/** What carries out the commands of one file; its state lives as long as the file. */
interface Language {

    /** Carries out a command and returns its transcript. */
    String run(Command command);
}

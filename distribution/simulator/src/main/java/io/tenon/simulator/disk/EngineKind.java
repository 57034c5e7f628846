package io.tenon.simulator.disk;

/** Which storage engine simulated members have. */
public enum EngineKind {
    /** One that promises what the contract promises and nothing more. Fast. */
    STRICT,
    /** The default engine of a server, on disks whose power fails. Real files; about ten times slower. */
    MVSTORE
}

package io.tenon.spi.state;

/** The other state, as far as a state machine may touch it. Looked up anew at each use: a port's owner may have been replaced. */
public interface Ports {

    KeyspacePort keyspace();

    LeasePort leases();

    AlarmPort alarms();

    MembershipPort membership();

    EventPort events();

    V2Port v2();

    /** Any thread. */
    PermissionPort permissions();
}

package io.tenon.blackbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GoEtcdIT {

    @Test
    void etcdThatTestsCompareWithIsOfTheVersionThatTenonReports() {
        String version = GoEtcd.required().version();
        assertTrue(version.startsWith("etcd Version: 3.5."), version);
    }
}

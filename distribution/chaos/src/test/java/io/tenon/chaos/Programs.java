package io.tenon.chaos;

import io.tenon.chaos.member.MemberKind;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What tests need to be there. */
final class Programs {

    private Programs() {
    }

    /** Skips the test where a program is missing, or fails it if {@code TENON_REQUIRE_ETCD} is 1. */
    static void require(List<MemberKind> kinds) {
        for (MemberKind kind : kinds) {
            if (kind.program().isEmpty()) {
                if ("1".equals(System.getenv("TENON_REQUIRE_ETCD"))) {
                    throw new AssertionError(kind.remedy());
                }
                Assumptions.abort(kind.remedy());
            }
        }
    }
}

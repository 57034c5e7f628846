package io.tenon.launcher.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MessageFieldsTest {

    @Test
    void pairsAtTheEndAreFields() {
        assertSplit("became leader", "term=5|member=8e9e", "became leader term=5 member=8e9e");
        assertSplit("opened", "path=/a b|empty=|last=x", "opened path=\"/a b\" empty= last=x");
        assertSplit("peers", "urls=[http://a:1, http://b:1]|n=2", "peers urls=[http://a:1, http://b:1] n=2");
        assertSplit("failed", "error=say \"no\" \\ twice", "failed error=\"say \\\"no\\\" \\\\ twice\"");
        assertSplit("", "local-member-id=1", "local-member-id=1");
    }

    @Test
    void pairsWithinTheTextStayText() {
        assertSplit("set a=1 and went on", "", "set a=1 and went on");
        assertSplit("x == y", "", "x == y");
        assertSplit("x = y", "", "x = y");
        assertSplit("at http://h/?a=1", "", "at http://h/?a=1");
        assertSplit("unfinished key=\"value", "", "unfinished key=\"value");
        assertSplit("no pairs", "", "no pairs");
        assertSplit("", "", "");
    }

    private static void assertSplit(String text, String fields, String message) {
        var split = MessageFields.split(message);
        assertEquals(text, split.text());
        List<MessageFields.Field> found = split.fields();
        assertEquals(fields, found.stream().map(field -> field.name() + "=" + field.value()).collect(Collectors.joining("|")));
    }
}

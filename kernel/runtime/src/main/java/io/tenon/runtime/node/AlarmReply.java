package io.tenon.runtime.node;

import io.tenon.api.Refusal;
import io.tenon.api.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nobody waits for an alarm that the node raised itself; what became of it is logged.
 *
 * @param onAnswer run in either case
 */
record AlarmReply(Runnable onAnswer) implements Reply<Object> {
    private static final Logger LOG = LoggerFactory.getLogger(AlarmReply.class);

    @Override
    public void accept(Object answer) {
        onAnswer.run();
        LOG.warn("alarm raised alarm=NOSPACE hint=\"compact and defragment, then disarm\"");
    }

    @Override
    public void refuse(Refusal refusal) {
        onAnswer.run();
        LOG.error("alarm not raised alarm=NOSPACE error=\"{}\"", refusal.text());
    }
}

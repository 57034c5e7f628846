package io.tenon.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/** What the framework has to say, as log lines. */
final class FelixLog extends Logger {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("felix");

    // Felix's own signature is raw.
    @SuppressWarnings("rawtypes")
    @Override
    protected void doLog(Bundle bundle, ServiceReference service, int level, String text, Throwable failure) {
        doLog(level, bundle == null ? text : text + " bundle=" + bundle.getSymbolicName(), failure);
    }

    @Override
    protected void doLog(int level, String text, Throwable failure) {
        switch (level) {
            case LOG_ERROR -> LOG.error(text, failure);
            case LOG_WARNING -> LOG.warn(text, failure);
            case LOG_INFO -> LOG.info(text, failure);
            default -> LOG.debug(text, failure);
        }
    }
}

package io.tenon.launcher.log;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback without its search for a configuration, which goes through the class path's services and reads their annotations: a fifth of
 * the CPU that the launcher takes until its first line. Named in the system property {@code slf4j.provider}.
 */
public final class LogbackProvider implements SLF4JServiceProvider {

    /** The system property that names the operator's own configuration of logback. */
    static final String OWN_FILE = "logback.configurationFile";

    private final LoggerContext logback = new LoggerContext();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();

    /** Called by slf4j alone. */
    public LogbackProvider() {
    }

    @Override
    public void initialize() {
        logback.setName("default");
        logback.setMDCAdapter(mdc);
        if (System.getProperty(OWN_FILE) == null) {
            Logs.configure(logback);
        } else {
            searchAsLogbackDoes();
        }
        logback.start();
    }

    private void searchAsLogbackDoes() {
        try {
            new ContextInitializer(logback).autoConfig();
        } catch (JoranException e) {
            throw new IllegalStateException(System.getProperty(OWN_FILE) + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return logback;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return mdc;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }
}

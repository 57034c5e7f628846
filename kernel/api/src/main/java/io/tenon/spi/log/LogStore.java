package io.tenon.spi.log;

import io.tenon.api.loop.LoopHost;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** Opens write-ahead logs. Provided by the wal bundle. Calls block on the disk: not from a loop. */
@ProviderType
public interface LogStore {

    /** Whose log lies there, or empty when there is none. Reads the first record of the newest segment; changes nothing. */
    Optional<LogIdentity> identify(LogLocation location) throws LogException;

    /**
     * Makes a log (first snapshot record at 0,0, then what it begins with) and opens it. It is there whole or not at all: a crash never
     * leaves a log that has an identity and lacks its first entries.
     */
    LogSession create(LogLocation location, LogBeginning beginning, LoopHost loops) throws LogException;

    /**
     * Opens the log that is there: picks the newest snapshot that log and files agree on, checks every record after it, repairs a torn
     * tail (a copy is kept as {@code *.broken}) and refuses a corrupt middle with the file and the offset.
     */
    LogSession open(LogLocation location, LoopHost loops) throws LogException;
}

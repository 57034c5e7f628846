package io.tenon.api.watch;

import io.tenon.api.CallContext;
import org.osgi.annotation.versioning.ProviderType;

/** Opens watch streams. The kernel's slot; streams stay open while the watch bundle is replaced. */
@ProviderType
public interface Watches {

    WatchStream open(CallContext context, WatchSink sink);
}

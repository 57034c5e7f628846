package io.tenon.wal.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The three things the JDK's channels cannot do: claim space without writing it, and lock a file the way etcd does.
 *
 * <p>Java's own file locks are of the process, and vanish when <em>any</em> descriptor of the file is closed, which every reader of a
 * segment does. etcd takes an open-file-description lock on Linux (and flock elsewhere); both are taken here, so that whichever a
 * neighbour uses, one of the two keeps it out.
 */
final class NativeFiles {
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_OFD_SETLK = 37;
    private static final short F_WRLCK = 1;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EINVAL = 22;
    private static final int ENOSPC = 28;
    private static final int EOPNOTSUPP = 95;
    /** struct flock on 64-bit Linux: short type, short whence, (pad) long start, long length, int pid. */
    private static final long FLOCK_BYTES = 32;

    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle fallocate;
    private final MethodHandle fcntl;
    private final MethodHandle flock;
    private final long errnoOffset;

    private NativeFiles(Linker linker) {
        ValueLayout.OfInt number = ValueLayout.JAVA_INT;
        Linker.Option errno = Linker.Option.captureCallState("errno");
        open = handle(linker, "open", FunctionDescriptor.of(number, ValueLayout.ADDRESS, number), errno, Linker.Option.firstVariadicArg(2));
        close = handle(linker, "close", FunctionDescriptor.of(number, number), errno);
        fallocate = handle(linker, "posix_fallocate", FunctionDescriptor.of(number, number, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG), errno);
        fcntl = handle(linker, "fcntl", FunctionDescriptor.of(number, number, number, ValueLayout.ADDRESS), errno, Linker.Option.firstVariadicArg(2));
        flock = handle(linker, "flock", FunctionDescriptor.of(number, number, number), errno);
        errnoOffset = Linker.Option.captureStateLayout().byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    }

    /** Empty anywhere but on 64-bit Linux: the numbers above are its own. */
    static Optional<NativeFiles> load() {
        String os = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "");
        boolean known = os.equals("Linux") && (processor.equals("amd64") || processor.equals("aarch64"));
        return known ? Optional.of(new NativeFiles(Linker.nativeLinker())) : Optional.empty();
    }

    @SuppressWarnings("restricted") // the launcher enables native access, which Netty needs as well
    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor type, Linker.Option... options) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }

    /**
     * Claims space from the start of the file up to a size and grows the file to it.
     *
     * @return false when the file system cannot do that; nothing changed
     */
    boolean reserve(Path file, long sizeBytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = open(arena, file);
            try {
                int error;
                do {
                    error = call(() -> (int) fallocate.invokeExact(errno(arena), descriptor, 0L, sizeBytes));
                } while (error == EINTR);
                return switch (error) {
                    case 0 -> true;
                    case EINVAL, EOPNOTSUPP -> false;
                    case ENOSPC -> throw new IOException("No space left on device: " + sizeBytes + " bytes for " + file);
                    default -> throw new IOException("posix_fallocate of " + file + " failed with error " + error);
                };
            } finally {
                close(descriptor);
            }
        }
    }

    /** Locks the file exclusively. */
    DiskLock lock(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = open(arena, file);
            try {
                lock(arena, descriptor, file);
            } catch (IOException taken) {
                close(descriptor);
                throw taken;
            }
            return new Held(this, descriptor);
        }
    }

    private void lock(Arena arena, int descriptor, Path file) throws IOException {
        MemorySegment whole = arena.allocate(FLOCK_BYTES, Long.BYTES);
        whole.set(ValueLayout.JAVA_SHORT, 0, F_WRLCK);
        MemorySegment state = errno(arena);
        int described = call(() -> (int) fcntl.invokeExact(state, descriptor, F_OFD_SETLK, whole));
        // A file system or kernel without such locks leaves the flock to do it.
        check(described, state, file, EINVAL);
        int flocked = call(() -> (int) flock.invokeExact(state, descriptor, LOCK_EX_NB));
        check(flocked, state, file, EOPNOTSUPP);
    }

    private void check(int result, MemorySegment state, Path file, int unsupported) throws IOException {
        int error = result == 0 ? 0 : errnoOf(state);
        if (error == EAGAIN || error == EACCES) {
            throw new IOException(file + " is locked: another process uses this data directory");
        }
        if (error != 0 && error != unsupported) {
            throw new IOException("cannot lock " + file + ": error " + error);
        }
    }

    private int open(Arena arena, Path file) throws IOException {
        MemorySegment state = errno(arena);
        int descriptor = call(() -> (int) open.invokeExact(state, arena.allocateFrom(file.toString()), O_RDWR | O_CLOEXEC));
        if (descriptor < 0) {
            throw new IOException("cannot open " + file + ": error " + errnoOf(state));
        }
        return descriptor;
    }

    private void close(int descriptor) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = errno(arena);
            if (call(() -> (int) close.invokeExact(state, descriptor)) != 0) {
                throw new IOException("cannot close a descriptor: error " + errnoOf(state));
            }
        }
    }

    private static MemorySegment errno(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    private int errnoOf(MemorySegment state) {
        return state.get(ValueLayout.JAVA_INT, errnoOffset);
    }

    private interface NativeCall {
        int invoke() throws Throwable;
    }

    private static int call(NativeCall call) {
        try {
            return call.invoke();
        } catch (RuntimeException | Error known) {
            throw known;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a native call has no checked exceptions", impossible);
        }
    }

    /** One descriptor that holds the locks. */
    private static final class Held implements DiskLock {
        private final NativeFiles files;
        private final int descriptor;
        private boolean closed;

        Held(NativeFiles files, int descriptor) {
            this.files = files;
            this.descriptor = descriptor;
        }

        @Override
        public synchronized void close() throws IOException {
            if (!closed) {
                closed = true;
                files.close(descriptor);
            }
        }
    }
}

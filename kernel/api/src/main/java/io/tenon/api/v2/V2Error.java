package io.tenon.api.v2;

/**
 * Why a request had no effect, on every member alike.
 *
 * @param code  etcd's number (reference: v2 API, error codes)
 * @param cause a path with its name space, or values that were compared
 */
public record V2Error(int code, String cause, long index) implements V2Result {
    public static final int KEY_NOT_FOUND = 100;
    public static final int COMPARE_FAILED = 101;
    public static final int NOT_A_FILE = 102;
    public static final int NOT_A_DIRECTORY = 104;
    public static final int KEY_ALREADY_EXISTS = 105;
    public static final int ROOT_IS_READ_ONLY = 107;
    public static final int DIRECTORY_NOT_EMPTY = 108;
    public static final int INTERNAL = 300;
}

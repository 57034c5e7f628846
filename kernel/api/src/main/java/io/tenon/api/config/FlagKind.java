package io.tenon.api.config;

import java.math.BigInteger;
import java.util.Set;

/** The notation of a flag's value. */
public enum FlagKind {
    TEXT, BOOL, INT, UINT, UINT32, DURATION, URLS, STATE, COMMA_LIST;

    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");
    private static final Set<String> STATES = Set.of("new", "existing");
    private static final BigInteger UINT64_MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger UINT32_MAX = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /**
     * Reads the value only to see whether it can be read.
     *
     * @throws Malformed with etcd's reason if it cannot
     */
    void check(String value) throws Malformed {
        switch (this) {
            case TEXT, COMMA_LIST -> { }
            case BOOL -> bool(value);
            case INT -> number(value, LONG_MIN, LONG_MAX);
            case UINT -> number(value, BigInteger.ZERO, UINT64_MAX);
            case UINT32 -> uint32(value);
            case DURATION -> GoDuration.parse(value);
            case URLS -> UrlList.parse(value);
            case STATE -> {
                if (!STATES.contains(value)) {
                    throw new Malformed("invalid value");
                }
            }
        }
    }

    static boolean bool(String value) throws Malformed {
        if (TRUE.contains(value)) {
            return true;
        }
        if (FALSE.contains(value)) {
            return false;
        }
        throw new Malformed("parse error");
    }

    /** A number of any of the numeric kinds; those beyond {@link Long#MAX_VALUE} become it, since nothing here counts that far. */
    static long number(String value) throws Malformed {
        return number(value, LONG_MIN, UINT64_MAX).min(LONG_MAX).longValue();
    }

    private static BigInteger number(String value, BigInteger min, BigInteger max) throws Malformed {
        BigInteger number = integer(value);
        if (min.signum() == 0 && value.startsWith("+")) {
            throw new Malformed("parse error");
        }
        if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
            throw new Malformed(min.signum() == 0 && number.signum() < 0 ? "parse error" : "value out of range");
        }
        return number;
    }

    /** This one kind is etcd's own, and speaks like the function that it calls. */
    private static void uint32(String value) throws Malformed {
        try {
            number(value, BigInteger.ZERO, UINT32_MAX);
        } catch (Malformed e) {
            String reason = e.getMessage().equals("parse error") ? "invalid syntax" : e.getMessage();
            throw new Malformed("strconv.ParseUint: parsing \"" + value + "\": " + reason);
        }
    }

    /** Go's integers: 12, 0x0c, 0b1100, 0o14, 014, and underscores between digits. */
    private static BigInteger integer(String value) throws Malformed {
        String digits = value.startsWith("-") || value.startsWith("+") ? value.substring(1) : value;
        int radix = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            radix = switch (Character.toLowerCase(digits.charAt(1))) {
                case 'x' -> 16;
                case 'b' -> 2;
                default -> 8;
            };
            digits = digits.substring(Character.isDigit(digits.charAt(1)) || digits.charAt(1) == '_' ? 1 : 2);
        }
        digits = digits.replaceAll("(?<=[0-9a-fA-F])_(?=[0-9a-fA-F])", "");
        if (digits.isEmpty() || !digits.chars().allMatch(FlagKind::isAsciiAlphanumeric)) {
            throw new Malformed("parse error");
        }
        try {
            var magnitude = new BigInteger(digits, radix);
            return value.startsWith("-") ? magnitude.negate() : magnitude;
        } catch (NumberFormatException e) {
            throw new Malformed("parse error");
        }
    }

    private static boolean isAsciiAlphanumeric(int each) {
        return each >= '0' && each <= '9' || each >= 'a' && each <= 'f' || each >= 'A' && each <= 'F';
    }

    /** Why a value cannot be read; the caller knows which flag it was for. */
    static final class Malformed extends Exception {
        Malformed(String reason) {
            super(reason);
        }
    }
}

# shellcheck shell=sh
# Sourced by the scripts in bin: finds a Java that is new enough, or says what to install.
JAVA_MIN=25

# The release file tells the version without starting a JVM.
java_version() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

usable() {
    [ -x "$1/bin/java" ] || return 1
    version=$(java_version "$1")
    [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge "$JAVA_MIN" ]
}

java_on_path() {
    found=$(command -v java) && found=$(readlink -f "$found") && dirname "$(dirname "$found")"
}

find_java() {
    for candidate in "$JAVA_HOME" "$JAVA25_HOME" "$(java_on_path)" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
        "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if [ -n "$candidate" ] && usable "$candidate"; then
            echo "$candidate/bin/java"
            return
        fi
    done
    echo "tenon: needs Java $JAVA_MIN or newer and found none. Install one, such as Eclipse Temurin $JAVA_MIN (https://adoptium.net)," \
        "and set JAVA_HOME to it." >&2
    return 1
}

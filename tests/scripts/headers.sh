#!/bin/sh
# Each public header must compile by itself, as C11 and as C++17, without a warning: headers.sh INCLUDE_FOLDER CC...
set -eu

include=$1
shift
failed=0

# compile LANGUAGE HEADER COMPILER...
compile() {
    language=$1
    header=$2
    shift 2
    printf '#include "gemmule/%s"\n#include "gemmule/%s"\n' "$header" "$header" |
        "$@" -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -fsyntax-only -I "$include" -x "$language" - || {
        echo "gemmule/$header does not stand alone in $language"
        failed=1
    }
}

for path in "$include"/gemmule/*.h; do
    header=${path##*/}
    compile c "$header" "$@" -std=c11
    if command -v c++ >/dev/null; then
        compile c++ "$header" c++ -std=c++17 -Wold-style-cast
    fi
    grep -q "'gemmule/$header'" "$include/meson.build" || {
        echo "gemmule/$header is not installed by include/meson.build"
        failed=1
    }
done
exit "$failed"

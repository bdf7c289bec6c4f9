#!/bin/sh
# Installs the library into a folder of its own and uses it as others would: install.sh KIND SOURCE_ROOT MESON...
#
#   packages     pkg-config: a C11 and a C++17 program against the shared library, a C11 program against the static one;
#                then cmake: a program by find_package(gemmule), after the installed tree was moved
#   subproject   a Meson project with gemmule under subprojects/, without OpenMP and zlib
#
# The library is built without optimisation, which these tests do not look at. Ends with 77, "skipped", where a tool is
# not there, after all that can be checked without it.
set -eu

kind=$1
source=$(CDPATH='' cd -- "$2" && pwd -P)
shift 2
here=$source/tests/install

missing=0
has() {
    command -v "$1" >/dev/null || {
        echo "no $1 here"
        missing=77
        return 1
    }
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/consumer.c" "$work/"
cd "$work"

# Speaks only when it fails.
quietly() {
    "$@" >"$work/log" 2>&1 || {
        echo "failed: $*" >&2
        cat "$work/log" >&2
        exit 1
    }
}

# Builds and installs the library under $work/prefix.
install_library() {
    quietly "$@" setup "$work/build" "$source" --prefix="$work/prefix" --libdir=lib --buildtype=plain \
        -Dkernels=baseline -Dprogram=false -Dtests=false -Dbench=false
    quietly "$@" install -C "$work/build"
}

# Runs a program with the installed shared library and shows what it says.
run() {
    LD_LIBRARY_PATH="$work/prefix/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" "$@"
}

check_pkg_config() {
    export PKG_CONFIG_PATH="$work/prefix/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
    strict="-Wall -Wextra -Wpedantic -Werror"

    echo "C11, shared"
    # shellcheck disable=SC2046,SC2086 # options, to be split
    quietly cc -std=c11 $strict consumer.c -o c11 $(pkg-config --cflags --libs gemmule)
    run ./c11
    ldd ./c11 | grep -q 'libgemmule\.so\.[0-9]' || { echo "c11 does not use the versioned shared library"; exit 1; }

    echo "C++17, shared"
    # shellcheck disable=SC2046,SC2086
    quietly c++ -std=c++17 $strict -x c++ consumer.c -o cxx17 $(pkg-config --cflags --libs gemmule)
    run ./cxx17

    echo "C11, static"
    mkdir static
    mv prefix/lib/libgemmule.a static/
    # shellcheck disable=SC2046,SC2086
    quietly cc -std=c11 $strict consumer.c -o static11 -Lstatic $(pkg-config --cflags --libs --static gemmule)
    ./static11
    mv static/libgemmule.a prefix/lib/

    echo "exported names"
    nm -D --defined-only prefix/lib/libgemmule.so | awk '$3 !~ /^gml_/ { print "not ours: " $3; bad = 1 } END { exit bad }'
}

check_cmake() {
    mv prefix moved
    cp "$here/CMakeLists.txt" .
    quietly cmake -G Ninja -S . -B cmake-build -DCMAKE_PREFIX_PATH="$work/moved"
    quietly cmake --build cmake-build
    ./cmake-build/consumer
    quietly sed -i 's/gemmule [0-9.]* CONFIG/gemmule 99 CONFIG/' CMakeLists.txt
    if cmake -G Ninja -S . -B later-build -DCMAKE_PREFIX_PATH="$work/moved" >log 2>&1; then
        echo "the package passes for version 99"
        exit 1
    fi
}

check_subproject() {
    cp "$here/host.build" meson.build
    mkdir subprojects
    ln -s "$source" subprojects/gemmule
    quietly "$@" setup build . --buildtype=plain
    quietly "$@" compile -C build
    quietly "$@" test -C build --suite host
    ./build/consumer
}

case $kind in
packages)
    install_library "$@"
    if has pkg-config; then check_pkg_config; fi # set -e holds in here, as it would not after ||
    if has cmake; then check_cmake; fi
    ;;
subproject)
    check_subproject "$@"
    ;;
esac
exit "$missing"

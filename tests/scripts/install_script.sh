#!/bin/sh
# tools/install on made-up machines: it must see what is there, say what is missing by each system's name, and call
# apt-get only where it may. install_script.sh SOURCE_ROOT
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tools" "$work/bin" "$work/apt"
cp "$1/tools/install" "$work/tools/"
cat >"$work/tools/packages" <<END
# role probe apt dnf pacman brew
build command:sh sh sh sh sh
build command:gml-absent libone-dev,libtwo-dev one-devel aur:one https://example.org/one
build file:$work/*.made  libmade made - -
data  file:$work/data    somedata - - -
cross file:$work/*.cross libone-dev:arm64,libtwo-dev:arm64 - - -
END

# The machine: the few programs that tools/install needs, and apt-get, id and sudo as we say.
for program in sh ln dirname awk grep cat env mktemp rm sed sort tail; do
    ln -s "$(command -v "$program")" "$work/bin/$program"
done
machine() { # machine UID PROGRAM=BODY...
    rm -f "$work"/apt/*
    printf '#!/bin/sh\necho %s\n' "$1" >"$work/apt/id"
    shift
    for stand_in in "$@"; do
        printf '#!/bin/sh\n%s\n' "${stand_in#*=}" >"$work/apt/${stand_in%%=*}"
    done
    chmod +x "$work"/apt/*
    rm -f "$work"/*.made "$work"/*.cross "$work/called" "$work/bin/gml-absent"
}
run() { # run EXPECTED_STATUS ROLE...
    expected=$1
    shift
    status=0
    PATH="$work/bin:$work/apt" "$work/tools/install" "$@" >"$work/out" 2>&1 || status=$?
    [ "$status" -eq "$expected" ] || fail "exit $status instead of $expected"
}
fail() {
    echo "failed: $1" >&2
    cat "$work/out" >&2
    exit 1
}
says() {
    grep -q -e "$1" "$work/out" || fail "it does not say: $1"
}

# No package manager: every system's names are told, and where the rest comes from.
machine 1000
run 69 build
says 'Debian, Ubuntu  *apt-get install libone-dev libtwo-dev libmade$'
says 'Fedora  *dnf install one-devel made$'
says 'Arch  *from the AUR: one$'
says 'Homebrew  *from source: https://example.org/one$'

# What is there is not asked for again, and nothing is said.
machine 1000
ln -s "$(command -v sh)" "$work/bin/gml-absent"
: >"$work/there.made"
run 0 build
[ ! -s "$work/out" ] || fail "it speaks although all is there"

# Root with apt-get: what is missing is installed, and the lists are fetched only because the first try fails.
machine 0 "apt-get=echo \"\$*\" >>$work/called
case \"\$*\" in
*'-s install'*) exit 1 ;;
*install*) : >$work/a.made; ln -sf /bin/sh $work/bin/gml-absent ;;
esac"
run 0 build
says 'Installing: libone-dev libtwo-dev libmade'
grep -q 'update' "$work/called" || fail "it did not fetch the lists"

# Packages of another architecture: dpkg learns of it first.
machine 0 "apt-get=echo \"apt-get \$*\" >>$work/called; : >$work/a.cross" "dpkg=echo \"dpkg \$*\" >>$work/called"
run 0 cross
[ "$(sed -n 1p "$work/called")" = 'dpkg --add-architecture arm64' ] || fail "dpkg did not learn of arm64 first"
machine 1000
run 69 cross
says 'Debian  *dpkg --add-architecture arm64 && apt-get update$'
says 'apt-get install libone-dev:arm64 libtwo-dev:arm64$'

# No root and a sudo that asks for a password: told, not tried.
machine 1000 "apt-get=echo called >>$work/called" "sudo=exit 1"
run 69 build
[ ! -e "$work/called" ] || fail "it called apt-get without leave"

# apt-get fails: its words are shown, and the names.
machine 0 "apt-get=echo 'E: no network'; exit 100"
run 69 build
says 'E: no network'
says 'apt-get install libone-dev'

# What another system has no package for is not asked for there.
machine 1000 "dnf=exit 1"
run 0 data

# A role that no row has is a mistake.
run 64 biuld
echo "tools/install does what it promises"

# What the scripts share; to be sourced with $root set to the top of the tree.
# shellcheck shell=sh disable=SC2154

deps=$root/deps
fetch_log=$deps/bootstrap.log

say() {
    printf '%s\n' "$*" >&2
}

die() {
    say "${0##*/}: $*"
    exit 1
}

# ---- Debian packages -------------------------------------------------------------------------

# The first Python that has pip: a virtual environment may come without.
python_with_pip() {
    for python in python3 /usr/bin/python3; do
        if "$python" -m pip --version >/dev/null 2>&1; then
            echo "$python"
            return 0
        fi
    done
    return 1
}

# present KIND WHAT: whether the machine has it, however it came there.
present() {
    case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    library) pkg-config --exists "$2" 2>/dev/null ;;
    pip) python_with_pip >/dev/null ;;
    file)
        for match in $2; do
            [ -e "$match" ] && return 0
        done
        return 1
        ;;
    *) die "script/packages: '$1' is none of command, library, pip, file" ;;
    esac
}

# The packages of these sets (build, fetch, test, ci) that are missing, one a line.
missing_packages() {
    for set in "$@"; do
        # A pattern of script/packages must reach present() as it is.
        set -f
        while read -r of package kind what; do
            [ "$of" = "$set" ] || continue
            (set +f && present "$kind" "$what") || echo "$package"
        done <"$root/script/packages"
        set +f
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 "$@"
    fi
}

# a|b: the first of these names that apt knows.
known_package() {
    for name in $(echo "$1" | tr '|' ' '); do
        if apt-cache show "$name" >/dev/null 2>&1; then
            echo "$name"
            return 0
        fi
    done
    echo "${1%%|*}"
}

# need_packages SET…: installs what is missing of the sets; does not call apt if nothing is.
need_packages() {
    missing=$(missing_packages "$@" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    hint="as root, install: $(echo "$missing" | sed 's/|[^ ]*//g')"
    command -v apt-get >/dev/null 2>&1 || die "no apt-get on this system; $hint"
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 || die "neither root nor sudo; $hint"
    mkdir -p "$deps"
    say "installing Debian packages: $missing"
    # One of several package sources may be out of reach; installing tells whether it matters.
    as_root apt-get update >>"$fetch_log" 2>&1 </dev/null || true
    names=
    for package in $missing; do
        names="$names $(known_package "$package")"
    done
    # shellcheck disable=SC2086 # a list of names
    as_root apt-get install -y --no-install-recommends $names >>"$fetch_log" 2>&1 </dev/null ||
        die "apt-get could not install them; $hint (details: deps/bootstrap.log)"
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -z "$missing" ] || die "still missing after installing: $missing(details: deps/bootstrap.log)"
}

# ---- Pinned files ----------------------------------------------------------------------------

machine() {
    case $(uname -m) in
    x86_64 | amd64) echo x86_64 ;;
    aarch64 | arm64) echo aarch64 ;;
    *) die "no pinned libraries for $(uname -m), only for x86_64 and aarch64;" \
        "install DuckDB and LightGBM with their pkg-config files" ;;
    esac
}

# The line of script/versions for a name on this machine.
pin() {
    awk -v name="$1" '$1 == name && $2 == "any" { print; found = 1 } END { exit !found }' \
        "$root/script/versions" && return 0
    arch=$(machine) || exit 1
    awk -v name="$1" -v arch="$arch" '
        $1 == name && $2 == arch { print; found = 1 }
        END { exit !found }' "$root/script/versions" || die "script/versions has no $1 for $arch"
}

pins() {
    for pinned in "$@"; do
        pin "$pinned" || exit 1
    done
}

# up_to_date FOLDER NAME…: whether FOLDER was laid out from exactly these pins.
up_to_date() {
    [ -f "$1/.pins" ] || return 1
    folder=$1
    shift
    wanted=$(pins "$@") || exit 1
    [ "$(cat "$folder/.pins")" = "$wanted" ]
}

# The wheel's platform, as pip wants it: the last part of its name, the first of several.
wheel_platform() {
    platform=${1##*-}
    platform=${platform%.whl}
    echo "${platform%%.*}"
}

# Runs pip without the settings that would make it choose other files; where the index is, and
# how to reach it, stays as the user has set it.
run_pip() {
    pip_python=$(python_with_pip) || die "no Python with pip: install python3-pip"
    env -u PIP_REQUIRE_VIRTUALENV -u PIP_NO_BINARY -u PIP_ONLY_BINARY -u PIP_PLATFORM \
        -u PIP_REQUIRE_HASHES -u PIP_TARGET -u PIP_USER -u PIP_DEST -u PIP_PREFER_BINARY \
        "$pip_python" -m pip --disable-pip-version-check --no-input --retries 2 "$@"
}

# download KIND PACKAGE VERSION ARCHIVE FOLDER: by the registry's own client.
download() {
    case $1 in
    npm) (cd "$5" && npm pack --fetch-retries=1 --fetch-retry-mintimeout=1000 "$2@$3") ;;
    wheel) run_pip download --no-deps --only-binary=:all: \
        --platform "$(wheel_platform "$4")" --dest "$5" "$2==$3" ;;
    # Only this package from source: what builds its metadata comes as wheels.
    sdist) run_pip download --no-deps --no-binary "$2" --dest "$5" "$2==$3" ;;
    *) die "script/versions: '$1' is none of npm, wheel, sdist" ;;
    esac
}

# fetch NAME FOLDER: downloads and checks an archive; $archive is where it is then.
fetch() {
    line=$(pin "$1") || exit 1
    # shellcheck disable=SC2086 # the columns of script/versions
    set -- "$2" $line
    mkdir -p "$deps"
    say "fetching $2 ($5 $6)"
    echo "== $4 $5 $6" >>"$fetch_log"
    case $4 in
    npm) client=npm hint="npm config set registry, for a mirror" ;;
    *) client=pip hint="PIP_INDEX_URL, for a mirror" ;;
    esac
    download "$4" "$5" "$6" "$7" "$1" >>"$fetch_log" 2>&1 </dev/null ||
        die "$client could not fetch $5 $6: is its registry in reach? ($hint; details: ${fetch_log#"$root"/})"
    archive=$1/$7
    [ -f "$archive" ] || die "$client fetched $5 $6, but not as $7: it is not the pinned file"
    found=$(sha256sum "$archive" | cut -d ' ' -f 1)
    [ "$found" = "$8" ] || die "$7 is refused: its SHA-256 is $found, pinned is $8"
}

# unpack ARCHIVE FOLDER MEMBER…: members by exact name or pattern.
unpack() {
    packed=$1
    into=$2
    shift 2
    mkdir -p "$into"
    case $packed in
    *.whl) unzip -q -o "$packed" "$@" -d "$into" ;;
    *) tar -xzf "$packed" -C "$into" --wildcards "$@" ;;
    esac || die "${packed##*/} has not the files that are expected: $*"
}

# A folder beside the places where files go at last, so that a rename puts them there; removed
# at the end of the script, however it ends.
staging() {
    mkdir -p "$1"
    stage=$(mktemp -d "$1/.new.XXXXXX")
    trap 'rm -rf "$stage"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# put_in_place NEW FINAL NAME…: stamps a finished folder with its pins and renames it.
put_in_place() {
    new=$1
    final=$2
    shift 2
    pins "$@" >"$new/.pins"
    if [ -e "$final" ]; then
        mv "$final" "$stage/old.${final##*/}"
    fi
    mv "$new" "$final"
}

# install_python NAME REQUIREMENTS: Python packages of their own in deps/NAME, once; which Python
# they are for stands in deps/NAME/python.
install_python() {
    cmp -s "$2" "$deps/$1/requirements.txt" && return 0
    need_packages fetch
    staging "$deps"
    say "fetching ${2#"$root"/}"
    run_pip install --no-deps --only-binary=:all: --target "$stage/$1" -r "$2" \
        >>"$fetch_log" 2>&1 ||
        die "cannot fetch the packages of ${2#"$root"/}: see $fetch_log"
    python_with_pip >"$stage/$1/python"
    cp "$2" "$stage/$1/requirements.txt"
    rm -rf "${deps:?}/$1"
    mv "$stage/$1" "$deps/$1"
    rm -rf "$stage"
}

# ---- Builds ----------------------------------------------------------------------------------

build_folder() {
    case $1 in
    release) echo "$root/build" ;;
    *) echo "$root/build-$1" ;;
    esac
}

# The settings of a type of build: compiler, then Meson's options.
build_settings() {
    case $1 in
    release) echo "${CC:-cc} --buildtype=release -Db_ndebug=true" ;;
    # A newer compiler than ours may warn of more: only in CI is that an error.
    debug) echo "${CC:-cc} --buildtype=debug -Dwerror=${CI:-false}" ;;
    clang) echo "clang --buildtype=debugoptimized -Dwerror=true" ;;
    asan) echo "gcc --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false" ;;
    tsan) echo "clang --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false" ;;
    fuzz) echo "clang --buildtype=debugoptimized -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false" ;;
    *) die "no build of type '$1': release, debug, clang, asan, tsan or fuzz" ;;
    esac
}

# build TYPE: configures once (again if settings, versions or place changed) and builds.
build() {
    folder=$(build_folder "$1")
    settings=$(build_settings "$1") || return 1
    stamp="$root $settings $(cksum <"$root/script/versions")"
    compiler=${settings%% *}
    case $compiler in
    *clang*) cxx=clang++ ;;
    gcc) cxx=g++ ;;
    *) cxx=${CXX:-c++} ;;
    esac
    if [ ! -f "$folder/build.ninja" ] || [ "$(cat "$folder/.settings" 2>/dev/null)" != "$stamp" ]; then
        rm -rf "$folder"
        # shellcheck disable=SC2086 # a list of options
        CC=$compiler CXX=$cxx PKG_CONFIG_PATH=$deps/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
            meson setup "$folder" "$root" ${settings#* } >&2 </dev/null || return 1
        echo "$stamp" >"$folder/.settings"
    fi
    ninja -C "$folder" >&2
}

# ---- Tests -----------------------------------------------------------------------------------

passed=0
failed=0
skipped=0

# count_results LOG: adds the results that Meson wrote, a JSON object a line a test.
count_results() {
    [ -f "$1" ] || return 0
    counts=$(awk '
        match($0, /"result": "[A-Z]+"/) {
            result = substr($0, RSTART + 11, RLENGTH - 12)
            if (result == "OK" || result == "EXPECTEDFAIL") ok++
            else if (result == "SKIP") skip++
            else bad++
        }
        END { print ok + 0, bad + 0, skip + 0 }' "$1")
    # shellcheck disable=SC2086 # three numbers
    set -- $counts
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + $3))
}

# step NAME COMMAND…: a command that counts as one test; what went wrong is on stderr.
step() {
    step_name=$1
    shift
    say "== $step_name"
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        say "FAILED: $step_name"
        return 1
    fi
}

# run_tests TYPE ARGUMENT…: Meson's tests of a build (arguments choose which), counted.
run_tests() {
    folder=$(build_folder "$1")
    shift
    log=$folder/meson-logs/testlog.json
    rm -f "$log"
    before=$failed
    status=0
    # Tests run side by side: threads that spin at barriers would slow each other five-fold.
    OMP_WAIT_POLICY=passive meson test -C "$folder" --no-rebuild --print-errorlogs "$@" </dev/null >&2 || status=$?
    count_results "$log"
    # Meson itself may fail without a failed test.
    if [ "$status" -ne 0 ] && [ "$failed" -eq "$before" ]; then
        failed=$((failed + 1))
    fi
}

# The last line of a script that tests, and its exit code.
finish() {
    if [ "$skipped" -gt 0 ]; then
        echo "$passed passed, $failed failed, $skipped skipped"
    else
        echo "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

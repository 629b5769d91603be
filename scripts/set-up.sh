# shellcheck shell=sh
# Read by ./demo and ./check, which set $root and call: set_up EXTRAS
#
# Makes $root/.venv if it is missing or does not work, and installs Fingerpost there with the extras. What was
# installed is written to a stamp; as long as the stamp is true, setting up takes no time. The stamp names the
# folder, because the commands in a virtual environment stop working when the folder is moved or copied.

venv=$root/.venv
stamp=$venv/.fingerpost-installed

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return 0
        fi
    done
    die "Fingerpost needs Python 3.11 or later, and found none on the PATH (on Debian: apt install python3 python3-venv)."
}

venv_works() {
    "$venv/bin/python" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# The first line of the stamp: what must not have changed since the installation.
fingerprint() {
    printf '%s %s %s' "$(cksum <"$root/pyproject.toml")" "$("$venv/bin/python" -V)" "$root"
}

installed() {
    [ -f "$stamp" ] && [ "$(sed -n 1p "$stamp")" = "$(fingerprint)" ] || return 1
    case ",$(sed -n 2p "$stamp")," in
    *",$1,"*) return 0 ;;
    *) return 1 ;;
    esac
}

make_venv() {
    find_python
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        die "Python is here, but not its venv module with pip: install it first (on Debian: apt install python3-venv)."
    rm -rf "$venv"
    "$python" -m venv "$venv" >&2 || die "Could not make a virtual environment in $venv."
}

set_up() {
    extras=$1
    if venv_works; then
        if installed "$extras"; then return 0; fi
        # A stamp from another folder: the environment was moved or copied here.
        if [ -f "$stamp" ]; then
            case "$(sed -n 1p "$stamp")" in
            *" $root") ;;
            *) make_venv ;;
            esac
        fi
    else
        make_venv
    fi
    case ",$extras," in
    *,spark,*) long="a minute, and longer where 450 MB of Spark take longer to come" ;;
    *) long="half a minute" ;;
    esac
    say "Setting up: installing Fingerpost and what it needs into .venv; this happens once and takes about $long …"
    rm -f "$stamp"
    log=$venv/install.log
    if ! (cd "$root" && "$venv/bin/python" -m pip install -qq --no-compile --disable-pip-version-check -e ".[$extras]") >"$log" 2>&1; then
        cat "$log" >&2
        die "Could not install Fingerpost: what pip said is above, and in $log."
    fi
    { fingerprint && printf '\n%s\n' "$extras"; } >"$stamp"
}

#!/bin/sh
# Changes our own code, one thing at a time, and lists the changes that no test notices (see docs/mutation.md).
#   scripts/mutate-code.sh [fingerpost.counting …]     modules to change; those of pyproject.toml if none is named
# mutmut knows one source root, we have six: the packages are laid out as one in a folder of their own.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
laid_out=${MUTATION_FOLDER:-$root/build/mutation}
mkdir -p "$laid_out/src"
for package in dsl/fingerpost_dsl engine/fingerpost policies/fingerpost_policies simulations/fingerpost_simulations \
    visualiser/fingerpost_visualiser cli/fingerpost_cli; do
    cp -Rp "$root/$package" "$laid_out/src/"
done
cp -Rp "$root/tests" "$root/pyproject.toml" "$laid_out/"
cd "$laid_out"
python=${PYTHON:-python}
names=
for module in "$@"; do
    names="$names $module.*"
done
set -f
# shellcheck disable=SC2086  # one word a module
"$python" -m mutmut run --max-children "${MUTATION_JOBS:-1}" $names
"$python" -m mutmut results

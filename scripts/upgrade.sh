#!/usr/bin/env bash
# Tries the step between two revisions of an edge, with 200 sessions and their media on one PoP: those of REV are given to an edge
# of what is checked out here, and all of them back. Prints how many ended, how much was lost and how long media stood still.
#
#   scripts/upgrade.sh REV    a commit, tag or branch, such as HEAD~3
#
# Publishes an edge of both, which takes some minutes each; that of REV is kept in out/upgrade/ for the next time. CI does not
# run it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/common.sh

case "${1:-}" in
  -h | --help)
    print_head scripts/upgrade.sh
    exit 0
    ;;
  "")
    echo "Say from which revision: scripts/upgrade.sh REV. --help says more." >&2
    exit 2
    ;;
esac
if ! commit=$(git rev-parse --verify --quiet "$1^{commit}"); then
  echo "There is no revision $1 here." >&2
  exit 2
fi
require_dotnet
other=$PWD/out/upgrade/$commit

# publish_other: in a work tree of its own, which goes away again.
publish_other() {
  local tree rid
  rid=$(machine_rid)
  tree=$(mktemp -d)
  # shellcheck disable=SC2064 # The folder of now.
  trap "git worktree remove --force '$tree/sources' 2>/dev/null; rm -rf '$tree'" EXIT
  git worktree add --detach --quiet "$tree/sources" "$commit"
  if ! (cd "$tree/sources" && ./publish.sh edge); then
    echo "The edge of $1 could not be published." >&2
    return 1
  fi
  mkdir -p "$other"
  cp "$tree/sources/out/$rid/edge" "$other/"
  find "$tree/sources/out/$rid" -maxdepth 1 -name '*.so' -exec cp {} "$other/" \;
}

[ -x "$other/edge" ] || publish_other "$1"
./publish.sh edge control
dotnet build tests/Mesh.Tests -c Release -v quiet -p:RunAnalyzers=false
echo "The other revision is $1 ($commit)."
TEST_OTHER_EDGE=$other/edge dotnet test tests/Mesh.Tests -c Release --no-build \
  --filter FullyQualifiedName~Drain_ToAnotherRevisionAndBack \
  --logger 'console;verbosity=detailed' |
  grep -v '^\[xUnit' | grep -E 'revision|sessions|ended with|Passed|Failed|Error'

#!/usr/bin/env bash
# Plans or applies with a look at the nodes first: what somebody changed there, a unit that does not run, a machine that was
# built anew. Terraform alone sees what it was told last, because only providers of a registry can look at machines.
#
#   ../../drift.sh plan  [OPTION...]    in the folder of the configuration; options of terraform plan
#   ../../drift.sh apply [OPTION...]    the same for terraform apply
#
# Every node that is not as it was left is said with the reason, and its stage is replaced (-replace), which has the rollout put it
# right. Nodes that are as they should be are not touched. Exit code 3: a node could not be looked at.
set -euo pipefail

case "${1:-}" in
  plan | apply) ;;
  *)
    sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "$0"
    [ "${1:-}" = --help ] || [ "${1:-}" = -h ]
    exit
    ;;
esac

# fact TEXT NAME: of a resource, as terraform state show prints it: first its input, then the same again.
fact() {
  sed -n "/^ \{8\}$2 *= /{s/^[^=]*= \"\{0,1\}\([^\"]*\)\"\{0,1\}$/\1/p;q}" <<<"$1"
}

# look ADDRESS: sets `found` to what is not as it should be on the node of a stage.
# shellcheck disable=SC2034 # remote.sh reads them.
look() {
  local shown
  shown=$(terraform state show -no-color "$1" </dev/null)
  NODE=$(fact "$shown" node)
  POP=$(fact "$shown" pop)
  OWNER=$(fact "$shown" owner)
  SSH_HOST=$(fact "$shown" host)
  SSH_PORT=$(fact "$shown" port)
  SSH_USER=$(fact "$shown" user)
  SSH_KEY=$(fact "$shown" key)
  SSH_KNOWN_HOSTS=$(fact "$shown" known_hosts)
  found=$(
    # shellcheck disable=SC1090,SC1091 # The module's.
    . "$(fact "$shown" scripts)/remote.sh"
    run_script activate inspect "$(fact "$shown" release)"
  )
}

stages=$(terraform state list </dev/null | grep -E '(^|\.)terraform_data\.stage\["[^"]*"\]$' || true)
options=()
while read -r stage; do
  [ -n "$stage" ] || continue
  found=
  if ! look "$stage"; then
    echo "$stage could not be looked at; nothing is planned or changed." >&2
    exit 3
  fi
  if [ -n "$found" ]; then
    while read -r line; do
      echo "$NODE: $line"
    done <<<"$found"
    options+=("-replace=$stage")
  fi
done <<<"$stages"
exec terraform "$1" "${options[@]}" "${@:2}"

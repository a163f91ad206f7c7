#!/bin/sh
# runc, for a host whose root may not change the limits of another user's process (it has no
# CAP_SYS_RESOURCE, as in many a CI machine): the container keeps the host's limits.
for argument; do
  [ "${previous:-}" != --bundle ] || sed -i -E 's/,"rlimits":\[[^]]*\]//; s/"rlimits":\[[^]]*\],//' "$argument/config.json"
  previous=$argument
done
exec runc "$@"

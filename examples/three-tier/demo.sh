#!/bin/sh
# Deploys this folder, sees it fail once, looks at the history and resumes.
set -u

here=$(cd "$(dirname "$0")" && pwd)
checkout=$(cd "$here/../.." && pwd)
PATH="$checkout/.venv/bin:$PATH"
TRAILMARK_STATE=${TRAILMARK_STATE:-$checkout/.demo}
export PATH TRAILMARK_STATE

case $TRAILMARK_STATE in
    "$checkout/.demo") rm -rf "$TRAILMARK_STATE" ;;
    *) if [ -e "$TRAILMARK_STATE" ]; then
           echo "$TRAILMARK_STATE exists: name a new TRAILMARK_STATE" >&2
           exit 2
       fi ;;
esac

# expect CODE COMMAND...: print the command, run it, insist on its exit code
expect() {
    wanted=$1
    shift
    printf '\n$ %s\n' "$*"
    "$@"
    code=$?
    if [ "$code" -ne "$wanted" ]; then
        echo "demo: exit code $code where $wanted was expected" >&2
        exit 1
    fi
}

cd "$checkout" || exit 2
dir=${here#"$checkout"/}
expect 0 trailmark graph lint "$dir"
expect 1 trailmark deploy "$dir"
expect 0 trailmark tasks-history 1 --statuses error dep_failed
expect 0 trailmark task show 1 database-replica@db2
expect 0 trailmark run resume 1
expect 0 trailmark tasks-history 1 \
    -c node_name -c task_name -c time_start -c time_end -c status -c attempt
expect 0 trailmark run list

printf '\nThe run failed, was resumed and is ready. Its state is in %s\n' \
    "$TRAILMARK_STATE"

#!/usr/bin/env bash
# A sweep as a Slurm array on a cluster of one node: four shards, one is killed and submitted again,
# and the collected digest is that of one process. Needs root on Debian or Ubuntu; installs slurm-wlm
# and munge where they are missing, and stops its daemons and removes its files at the end.
#   PROGRAM=target/debug/examples/pricing_collusion tests/slurm/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
PROGRAM=$(realpath "${PROGRAM:?set PROGRAM to the built example pricing_collusion}")
[ "$(id -u)" = 0 ] || { echo "error: needs root" >&2; exit 1; }
if pgrep -x slurmctld > /dev/null || pgrep -x slurmd > /dev/null; then
    echo "error: Slurm runs on this machine already" >&2
    exit 1
fi
[ ! -e /etc/slurm/slurm.conf ] || { echo "error: this machine has a slurm.conf" >&2; exit 1; }

installed=""
if ! command -v slurmctld munged > /dev/null; then
    installed="slurm-wlm munge"
    # Not started on installation, where there is an init system.
    DEBIAN_FRONTEND=noninteractive apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $installed > /dev/null
fi

work=$(mktemp -d /tmp/slurm-test.XXXXXX)
chmod 755 "$work"
mkdir "$work/state" "$work/spool" "$work/munge"
chmod 700 "$work/munge"
pids=()
cleanup() {
    status=$?
    if [ $status != 0 ]; then tail -n 15 "$work"/*.log >&2 || true; fi
    scancel --quiet --user=root 2> /dev/null || true
    for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
    rm -rf "$work"
    if [ -n "$installed" ]; then
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq --autoremove $installed > /dev/null || true
    fi
    exit $status
}
trap cleanup EXIT

# A key and a socket of its own: nothing of the machine's own munge is used.
dd if=/dev/urandom of="$work/munge/key" bs=1024 count=1 status=none
chmod 600 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" \
    > "$work/munged.log" 2>&1 &
pids+=($!)

host=$(hostname -s)
cat > "$work/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=5
MpiDefault=none
ReturnToService=2
KillWait=2
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldPort=16817
SlurmdPort=16818
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
CONF
export SLURM_CONF="$work/slurm.conf"
for _ in $(seq 50); do [ -S "$work/munge.socket" ] && break; sleep 0.2; done
slurmctld -D > "$work/slurmctld.log" 2>&1 &
pids+=($!)
slurmd -D > "$work/slurmd.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do sinfo -h -o %t 2> /dev/null | grep -q idle && break; sleep 0.3; done
sinfo

finish() { # waits until a job has left the queue
    for _ in $(seq 1200); do [ -z "$(squeue -h -j "$1" 2> /dev/null)" ] && return; sleep 0.5; done
    echo "error: job $1 does not end" >&2
    return 1
}
submit() { # --array=.. ; prints the number of the job
    sbatch --parsable --cpus-per-task=1 --mem=0 --no-requeue --output="$work/task-%A_%a.log" "$@" \
        "--export=ALL,SHARDS=4,OUT=$work/sharded,PROGRAM=$PROGRAM,CONFIG=$work/sweep.toml" \
        examples/cluster/sweep.sbatch
}

"$PROGRAM" sweep --print-config --sessions "${SESSIONS:-4}" > "$work/sweep.toml"
job=$(submit --array=0-3)
part="$work/sharded/shard-0002-of-0004.part"
for _ in $(seq 600); do
    # Some sessions beyond the header.
    [ "$(stat -c %s "$part" 2> /dev/null || echo 0)" -gt 6000 ] && break
    sleep 0.05
done
echo "kill shard 2 with $(stat -c %s "$part") bytes of results"
scancel --signal=KILL --full "${job}_2"
finish "$job"
ls -l "$work/sharded" | awk 'NR > 1 { print $5, $9 }'
echo "collect without it:"
if "$PROGRAM" collect "$work/sharded"; then
    echo "error: the killed shard was not missed" >&2
    exit 1
fi
job=$(submit --array=2)
finish "$job"
grep -h "sessions added" "$work"/task-*.log

sharded=$("$PROGRAM" collect --digest "$work/sharded")
"$PROGRAM" sweep --config "$work/sweep.toml" --out "$work/whole" > /dev/null 2>&1
whole=$("$PROGRAM" collect --digest "$work/whole")
echo "four shards  $sharded"
echo "one process  $whole"
[ "$sharded" = "$whole" ] && echo "equal"

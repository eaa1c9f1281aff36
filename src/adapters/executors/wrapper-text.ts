import { programCheck } from './program-check.ts';

/**
 * The wrapper of one attempt: a POSIX shell script (dash, busybox ash, bash as sh), given to `sh -c`.
 *
 * It waits at the gate (a socket on fd 3). Only the line `go DEADLINE WALL` opens it; end of file or anything else ends the wrapper
 * with 125 before anything of the job ran. Then, in this order: compare the deadline with the boot clock, write the `began` mark,
 * tell the starter, let go of fd 3, start the command in a session of its own, and write `exit` when it ended.
 *
 * - It is the only writer of `exit`; the last line `end` tells a whole record from a torn one.
 * - The job's PATH may be anything, so only builtins and the absolute paths it is given are used.
 * - Everything named `_ck...` is a variable of the wrapper; such names are not accepted in a job's environment.
 * - Two marks in the environment tell who belongs to an attempt when its processes have scattered: the job's tree has
 *   CRONKEEPER_RUN_ID; the wrapper and its helpers have CRONKEEPER_WRAPPER instead, so that the wrapper never ends itself.
 * - The command runs in the foreground: background commands of a shell start with SIGINT and SIGQUIT ignored, and a job would
 *   inherit that. A second shell, the guard, therefore watches the time.
 * - Forks are what a run costs: this shell, the command, `tee` and the guard with its first `sleep` are all there is.
 */
export const wrapperText = String.raw`
set -f
umask 077
_ck_folder=$1 _ck_run=$2 _ck_umask=$3 _ck_cwd=$4 _ck_timeout=$5 _ck_quiet=$6 _ck_blocks=$7 _ck_unset=$8 _ck_program=$9
shift 9
_ck_sleep=$1 _ck_grep=$2 _ck_tee=$3 _ck_mkfifo=$4 _ck_rm=$5 _ck_date=$6 _ck_ps=$7 _ck_wc=$8 _ck_redactor=$9
shift 9
_ck_node=$1
shift

# Hundredths of a second on the clock that counts sleep; where there is none, on the wall clock.
_ck_now() {
  if read -r _ck_up _ck_rest 2>/dev/null </proc/uptime; then
    _ck_now=$(( ${'$'}{_ck_up%.*} * 100 + 1${'$'}{_ck_up#*.} - 100 ))
  else
    _ck_now=$(( $("$_ck_date" +%s) * 100 ))
  fi
}

# The record of the end, in one write. What may contain line breaks comes last.
_ck_record() {
  printf 'code %s\nwhy %s\ntruncated %s\nabout %s\nend\n' "$1" "$2" "$3" "$4" >"$_ck_folder/exit"
}

# An end before the command: it could not be started.
_ck_fail() {
  trap - EXIT
  _ck_record - "$1" 0 "$2"
  exit 0
}

# Sets _ck_left to the living processes of the job: its session, and whoever carries its mark.
_ck_find() {
  _ck_left=
  set +f
  if [ -r /proc/self/stat ]; then
    _ck_found=$("$_ck_grep" -lzE "^CRONKEEPER_RUN_ID=$_ck_run\$|^[0-9]+ \(.*\) [^ZX] [0-9]+ [0-9]+ $_ck_job " /proc/[0-9]*/environ /proc/[0-9]*/stat 2>/dev/null)
    set -f
    for _ck_one in $_ck_found; do
      _ck_one=${'$'}{_ck_one#/proc/}
      _ck_left="$_ck_left ${'$'}{_ck_one%%/*}"
    done
  else
    set -f
    _ck_left=$("$_ck_ps" -Aww -E -o pid=,pgid=,stat=,command= 2>/dev/null | while read -r _ck_one _ck_group _ck_state _ck_rest; do
      case $_ck_state in Z*) continue ;; esac
      case "$_ck_group $_ck_rest " in "$_ck_job "* | *" CRONKEEPER_RUN_ID=$_ck_run "*) printf ' %s' "$_ck_one" ;; esac
    done)
  fi
}

# TERM to each once, KILL from 5 s on, until nothing is left; gives up after 9 s.
_ck_end_tree() {
  _ck_now
  _ck_kill_at=$(( _ck_now + 500 )) _ck_stop_at=$(( _ck_now + 900 )) _ck_told= _ck_pause=0.02
  while _ck_find; [ -n "$_ck_left" ]; do
    _ck_now
    [ "$_ck_now" -lt "$_ck_stop_at" ] || break
    for _ck_one in $_ck_left; do
      if [ "$_ck_now" -ge "$_ck_kill_at" ]; then
        kill -KILL "$_ck_one" 2>/dev/null
      else
        case "$_ck_told " in
          *" $_ck_one "*) ;;
          *) kill -TERM "$_ck_one" 2>/dev/null; _ck_told="$_ck_told $_ck_one" ;;
        esac
      fi
    done
    "$_ck_sleep" "$_ck_pause"
    _ck_pause=0.1
  done
}

# Sets _ck_job to the session of the command; a word that is no process before it has one.
_ck_read_job() {
  _ck_job=none
  read -r _ck_job _ck_rest 2>/dev/null <"$_ck_folder/process"
  case $_ck_job in '' | 0 | *[!0-9]*) _ck_job=none ;; esac
}

# Sets _ck_seen to something that changes whenever output arrives, even past the limit. An agent speaks at its end; until then what it
# does is in its transcript.
_ck_output() {
  if [ "$_ck_folder/transcript.jsonl" -nt "$_ck_folder/quiet" ]; then
    printf '' >"$_ck_folder/quiet"
    _ck_seen=at$_ck_now
    return
  fi
  if read -r _ck_rest _ck_seen 2>/dev/null <"/proc/$_ck_reader/io"; then return; fi
  if [ "$_ck_folder/output.log" -nt "$_ck_folder/quiet" ]; then
    printf '' >"$_ck_folder/quiet"
    _ck_seen=$_ck_now
  fi
}

# Sleeps so that a signal to the guard ends the sleep too, also one that came before the sleep had a number. By KILL: a signal that
# this shell catches is lost on a child that has not yet become another program.
_ck_doze() {
  "$_ck_sleep" "$1" &
  _ck_nap=$!
  [ -z "$_ck_woken" ] || kill -KILL "$_ck_nap" 2>/dev/null
  [ "$_ck_woken" != leave ] || exit 0
  wait "$_ck_nap"
  _ck_nap= _ck_woken=
}

# The guard. Sleeps in steps (a sleeping machine does not count in one long sleep) and at each step looks what is to be done:
#   wrapper gone      -> end the tree; nobody will write the record
#   command ended     -> somebody still holds the output: end what remains, then the reader
#   time is up        -> leave the verdict, end the tree; the wrapper waits for this shell then
#   silent too long   -> the same with another verdict
_ck_guard() {
  # By exec: a redirection of a function is undone after it, so the shell would keep a copy of the pipe and hold it open.
  exec 6>&-
  _ck_nap= _ck_woken= _ck_seen= _ck_before= _ck_ended=0
  trap '_ck_woken=leave; [ -z "$_ck_nap" ] || { kill -KILL "$_ck_nap" 2>/dev/null; exit 0; }' TERM
  trap '_ck_ended=1; [ -n "$_ck_woken" ] || _ck_woken=look; [ -z "$_ck_nap" ] || kill -KILL "$_ck_nap" 2>/dev/null' USR1
  _ck_deadline=$(( _ck_began + _ck_timeout )) _ck_now=$_ck_began _ck_spoke=$_ck_began _ck_step=100
  [ "$_ck_quiet" -eq 0 ] || printf '' >"$_ck_folder/quiet"
  while :; do
    [ $(( _ck_deadline - _ck_now )) -ge "$_ck_step" ] || _ck_step=$(( _ck_deadline - _ck_now ))
    [ "$_ck_quiet" -eq 0 ] || [ "$_ck_step" -le $(( _ck_quiet / 8 + 1 )) ] || _ck_step=$(( _ck_quiet / 8 + 1 ))
    [ "$_ck_step" -gt 0 ] || _ck_step=1
    _ck_rest=$(( _ck_step % 100 + 100 ))
    _ck_doze $(( _ck_step / 100 )).${'$'}{_ck_rest#1}
    _ck_step=3000
    _ck_read_job
    _ck_now
    read -r _ck_rest _ck_rest _ck_rest _ck_parent _ck_rest 2>/dev/null </proc/self/stat || _ck_parent=$$
    if [ "$_ck_parent" -ne $$ ]; then _ck_end_tree; exit 0; fi
    if [ "$_ck_job" != none ] && ! kill -0 "$_ck_job" 2>/dev/null && ! [ -d "/proc/$_ck_job" ]; then
      if [ "$_ck_ended" -lt 2 ]; then _ck_ended=2 _ck_step=50; continue; fi
      _ck_end_tree
      _ck_doze 2
      kill -KILL "$_ck_reader" 2>/dev/null
      exit 0
    fi
    _ck_verdict=
    if [ "$_ck_now" -ge "$_ck_deadline" ]; then
      _ck_verdict=timeout
    elif [ "$_ck_quiet" -ne 0 ]; then
      _ck_output
      if [ "$_ck_seen" != "$_ck_before" ]; then
        _ck_before=$_ck_seen _ck_spoke=$_ck_now
      elif [ $(( _ck_now - _ck_spoke )) -ge "$_ck_quiet" ]; then
        _ck_verdict=no_output_timeout
      fi
    fi
    [ -n "$_ck_verdict" ] || continue
    trap '' TERM USR1
    printf 'guard %s\n' "$_ck_verdict" >"$_ck_folder/overtime"
    _ck_end_tree
    exit 0
  done
}

# 1. The gate. Nothing has happened yet, and nothing will unless the whole line arrives.
read -r _ck_word _ck_trust _ck_wall <&3 || exit 125
[ "$_ck_word" = go ] || exit 125
_ck_now
# The clock is read in hundredths, so it may be that much later than it says.
if [ -r /proc/uptime ] && [ $(( _ck_now * 10 + 10 )) -gt "$_ck_trust" ]; then exit 125; fi

# 2. The mark. From here on the attempt counts. Without a whole mark nothing runs.
_ck_began=$_ck_now
printf 'began %s\n' "$_ck_wall" >>"$_ck_folder/began" || exit 125
trap '' PIPE
printf 'began\n' >&3
exec 3>&-
trap - PIPE
# A shell that cannot fork gives up on the spot; then too it is known that the command did not start.
trap '_ck_fail start_failed "no process could be made for it"' EXIT

# 3. What can be known to fail, told in words instead of by an exit code.
${programCheck}

# 4. The reader of the output. Past the limit on its file (SIGXFSZ ignored) tee cannot write there any more, but by its
#    contract goes on with its other file: so it drains, and its exit code tells that something was dropped.
#    The pipe comes from a here-document, opened a second time for writing: no fork. Where that is no pipe, a fifo.
_ck_read_output() {
  unset CRONKEEPER_WRAPPER
  trap '' XFSZ
  # A run with secrets: its redactor bounds the output by itself. What the job tells its own Node is not for this one.
  if [ -n "$_ck_redactor" ]; then
    unset NODE_OPTIONS
    exec "$_ck_node" "$_ck_redactor" $(( _ck_blocks * 512 ))
  fi
  ulimit -f "$_ck_blocks" 2>/dev/null
  exec "$_ck_tee" /dev/null
}
exec 5<<END
END
if [ -p /proc/self/fd/5 ] && exec 6>/proc/self/fd/5; then
  _ck_read_output <&5 >>"$_ck_folder/output.log" 5<&- 6>&- &
  _ck_reader=$!
else
  "$_ck_mkfifo" "$_ck_folder/pipe" || _ck_fail start_failed 'no pipe for the output'
  _ck_read_output <"$_ck_folder/pipe" >>"$_ck_folder/output.log" 5<&- &
  _ck_reader=$!
  exec 6>"$_ck_folder/pipe"
  "$_ck_rm" -f "$_ck_folder/pipe"
fi
exec 5<&-
_ck_guard &
_ck_guard=$!

# 5. The command. A stop of the whole service reaches this shell too; the true end is recorded all the same.
trap '' HUP INT TERM
(
  trap - HUP INT TERM
  if ! read -r _ck_rest 2>/dev/null </proc/self/stat; then _ck_rest=$(exec /bin/sh -c 'echo $PPID'); fi
  printf '%s\n' "$_ck_rest" >"$_ck_folder/process"
  # Where memory runs out, a run goes before the scheduler does.
  if read -r _ck_rest 2>/dev/null </proc/self/oom_score_adj && [ "$_ck_rest" -lt 500 ]; then
    printf 500 2>/dev/null >/proc/self/oom_score_adj
  fi
  umask "$_ck_umask"
  unset CRONKEEPER_WRAPPER $_ck_unset
  export CRONKEEPER_RUN_ID="$_ck_run"
  exec "$@" 6>&-
) >&6 2>&1
_ck_code=$?
trap - EXIT
exec 6>&-

# 6. What remains of it. The cheap look first: most commands leave nothing behind.
_ck_read_job
if [ -e "$_ck_folder/overtime" ]; then
  wait "$_ck_guard"
else
  if [ -e "$_ck_folder/verdict" ] || kill -s 0 -- "-$_ck_job" 2>/dev/null; then _ck_end_tree; fi
  _ck_now
  # The guard looks once after a second by itself; later it must be told that only the output is waited for.
  [ $(( _ck_now - _ck_began )) -lt 80 ] || kill -USR1 "$_ck_guard" 2>/dev/null
fi
wait "$_ck_reader"
_ck_read=$?
kill -TERM "$_ck_guard" 2>/dev/null
_ck_truncated=0
# Not every tee tells by its exit code; then a full file counts as one that was cut off.
if [ -n "$_ck_wc" ] && [ "$("$_ck_wc" -c <"$_ck_folder/output.log")" -ge $(( _ck_blocks * 512 )) ]; then _ck_read=1; fi
if [ "$_ck_read" -gt 0 ] && [ "$_ck_read" -lt 128 ]; then
  _ck_truncated=1
  printf '\n[cronkeeper: output limit of %s bytes reached; the rest was dropped]\n' $(( _ck_blocks * 512 )) >>"$_ck_folder/output.log"
fi

# 7. The record. A verdict of the owner goes before what the command's end would mean by itself.
_ck_why=exit
if [ -e "$_ck_folder/overtime" ]; then read -r _ck_rest _ck_why <"$_ck_folder/overtime"; fi
if [ -e "$_ck_folder/verdict" ]; then read -r _ck_why <"$_ck_folder/verdict"; fi
# On a full disk the truth waits for room, an hour at most; until then the attempt counts as running.
_ck_tries=720
until _ck_record "$_ck_code" "$_ck_why" "$_ck_truncated" '' 2>/dev/null; do
  _ck_tries=$(( _ck_tries - 1 ))
  # A folder that somebody removed takes no record; then nobody is kept waiting for one.
  [ "$_ck_tries" -gt 0 ] && [ -d "$_ck_folder" ] || exit 1
  "$_ck_sleep" 5
done
exit 0
`;

import {
  becomeText,
  clockText,
  describeText,
  introduceText,
  judgeText,
  markText,
} from './gate-text.ts';
import { guardText } from './guard-text.ts';
import { programCheck } from './program-check.ts';

/**
 * The wrapper: a POSIX shell script (dash, busybox ash, bash as sh), given to `sh -c`. It serves one attempt after another.
 *
 * It waits at the gate (a socket on fd 3). Only the line `go DEADLINE WALL` opens it; end of file or anything else but `ready` ends
 * the wrapper with 125 before anything of the job ran. After `go`, in this order: compare the deadline with the boot clock, read the order,
 * write the `began` mark, start the command in a session of its own, tell the starter, let the rest of its output be read, and write
 * `exit`. Only then does it look at its gate again; a wrapper whose attempt never began ends.
 *
 * - It is the only writer of `exit`; the last line `end` tells a whole record from a torn one.
 * - The job's PATH may be anything, so only builtins and the absolute paths it is given are used.
 * - Everything named `_ck...` is a variable of the wrapper; such names are not accepted in a job's environment.
 * - The mark in the environment tells who belongs to an attempt when its processes have scattered: the job's tree has
 *   CRONKEEPER_RUN_ID. The wrapper and its helpers have CRONKEEPER_WRAPPER instead, so that the wrapper never ends itself.
 * - The command runs in the foreground: background commands of a shell start with SIGINT and SIGQUIT ignored, and a job would
 *   inherit that. A second shell, the guard, therefore watches the time.
 * - A shell reads a byte at a time, except what it executes: so the order is shell text in a file, and all that is said is short.
 * - Where there is time before `go`, the line `ready` comes first: then the command's own process is made in advance, and reads
 *   the gate itself (see `ready-text.ts`).
 * - Forks are what a run costs: while the starter lives, the command of a short run is all there is. The guard sleeps (on fd 4) until
 *   it is told that the run takes longer, or until the starter is gone; from then on it needs nobody, and the wrapper serves no other.
 */
export const wrapperText = String.raw`
set -f
umask 077
_ck_name=$0 _ck_umask=$1 _ck_sleep=$2 _ck_grep=$3 _ck_tee=$4 _ck_mkfifo=$5 _ck_rm=$6 _ck_date=$7 _ck_ps=$8 _ck_wc=$9
shift 9
_ck_tee_tells=$1 _ck_redactor=$2 _ck_node=$3 _ck_orders=$4 _ck_shell=$5 _ck_ready_text=$6
shift 6

${clockText}

# The record of the end, in one write. What may contain line breaks comes last.
_ck_record() {
  printf 'code %s\nwhy %s\ntruncated %s\nabout %s\nend\n' "$1" "$2" "$3" "$4" >"$_ck_folder/exit"
}

# An end before the command: it could not be started. Before the gate is open nothing is said of that; it is looked at once more then.
_ck_fail() {
  if [ -z "$_ck_is_open" ]; then
    _ck_is_able=
    return
  fi
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
    # Whose help is not needed any more does not end what was begun since, as what delivers the result.
    [ "$_ck_woken" != leave ] || break
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
  # What somebody put there instead may have no end.
  [ ! -f "$_ck_folder/began" ] || { read -r _ck_rest; read -r _ck_job; } 2>/dev/null <"$_ck_folder/began"
  case $_ck_job in '' | 0 | *[!0-9]*) _ck_job=none ;; esac
}

# Whether the command can be started, told in words instead of by an exit code.
_ck_check() {
${programCheck}
}

# The pipe for the output comes from a here-document, opened a second time for writing: no fork. In some shells that is no pipe, and in
# bash not where it says nothing: its line is taken out. This shell keeps the end that is read, so that nothing is lost while nobody reads.
_ck_find_pipe() {
  exec 5<<END

END
  [ -p /proc/self/fd/5 ] && read -r _ck_rest <&5 && exec 6>/proc/self/fd/5
}

# The same, and where that is none, a fifo.
_ck_make_pipe() {
  if ! _ck_find_pipe; then
    "$_ck_mkfifo" "$_ck_folder/pipe" || _ck_fail start_failed 'no pipe for the output'
    exec 6<>"$_ck_folder/pipe" 5<"$_ck_folder/pipe"
    exec 6>"$_ck_folder/pipe"
  fi
}

# Has another shell stand ready for the command, and waits for its end: sets _ck_code. Leaves that empty where the command cannot be
# started, which is told only when the gate is open. The words are those that make a session.
_ck_wait_ready() {
  # That shell must see whether this one lives.
  read -r _ck_rest 2>/dev/null </proc/self/stat && [ "${'$'}{_ck_rest%% *}" = $$ ] || return 0
  # Some shells take such a word for an option of theirs.
  case $_ck_program in -*) return 0 ;; esac
  _ck_is_able=yes
  _ck_check
  [ -n "$_ck_is_able" ] && _ck_find_pipe || return 0
  exec 7>>"$_ck_folder/began"
  (
    # What is ignored from the start stays ignored.
    trap - HUP INT TERM PIPE USR1
    exec "$@" "$_ck_shell" -c "$_ck_ready_text" "$_ck_name" "$_ck_umask" "$_ck_date" "$_ck_orders" $$ 5<&- 6>&-
  ) >&6 2>&1
  _ck_code=$?
  exec 6>&-
  # Whether there is a whole mark, read where it is open: the command may have removed it.
  read -r _ck_word _ck_rest <"/proc/$$/fd/7" && [ "$_ck_word" = began ] || exit 125
}

# Starts the command and waits for its end: sets _ck_code.
_ck_command() {
  # The mark stays open: it tells which run this is.
  exec 7>>"$_ck_folder/began"
  ${markText}
  # A shell that cannot fork gives up on the spot; then too it is known that the command did not start.
  trap '_ck_fail start_failed "no process could be made for it"' EXIT
  _ck_check
  _ck_make_pipe
  (
    ${describeText}
    ${introduceText}
    ${becomeText}
  ) >&6 2>&1
  _ck_code=$?
  trap - EXIT
  exec 6>&-
}

${guardText}
# Until the guard has said what it does with it, a signal is lost instead of deadly.
trap '' USR1
_ck_guard &
_ck_guard=$!
exec 4>&- 5<&-
# A stop of the whole service reaches this shell, too; the true end is recorded all the same. A starter that is gone hears nothing.
trap '' HUP INT TERM PIPE

while :; do
  # 1. The gate. Nothing has happened yet, and nothing will unless the whole line arrives.
  IFS= read -r _ck_line <&3 || exit 125
  _ck_code= _ck_is_open=
  if [ "$_ck_line" = ready ]; then
    . "$_ck_orders"
    _ck_wait_ready "$@"
    [ -n "$_ck_code" ] || IFS= read -r _ck_line <&3 || exit 125
  fi
  if [ -z "$_ck_code" ]; then
    ${judgeText}
    . "$_ck_orders"
    _ck_is_open=yes
    _ck_command "$@"
  fi

  # 2. What remains of it. The cheap look first: most commands leave nothing behind. Whether its time was over is decided here; what
  # remains may take longer to end.
  _ck_read_job
  _ck_over=
  if [ -e "$_ck_folder/overtime" ]; then
    _ck_over=yes
  elif [ -e "$_ck_folder/verdict" ] || kill -s 0 -- "-$_ck_job" 2>/dev/null; then
    _ck_end_tree
  fi

  # 3. The rest of its output. The starter has read it; or the guard has, and this is its last run.
  printf 'ended\n' >&3
  _ck_word= _ck_read=0
  read -r _ck_word _ck_read <&3
  if [ "$_ck_word" != read ]; then
    # A signal that comes before the guard listens is lost; then it finds that file. Without the folder nothing is left for it to do.
    printf '' 2>/dev/null >"$_ck_folder/ended" || [ -d "$_ck_folder" ] || kill -KILL "$_ck_guard" 2>/dev/null
    kill -USR1 "$_ck_guard" 2>/dev/null
    wait "$_ck_guard"
    _ck_read=$?
    _ck_guard=
    [ ! -e "$_ck_folder/pipe" ] || "$_ck_rm" -f "$_ck_folder/pipe"
    # A guard that was killed cannot tell.
    case $_ck_read in 0 | 1 | 3) ;; *) _ck_read=4 ;; esac
    # Not every tee tells by its exit code; then a full file counts as one that was cut off.
    [ "$_ck_read" -ne 0 ] || [ -n "$_ck_tee_tells" ] || _ck_read=3
    if [ "$_ck_read" -eq 3 ]; then
      _ck_read=0
      [ "$("$_ck_wc" -c <"$_ck_folder/output.log")" -lt $(( _ck_blocks * 512 )) ] || _ck_read=1
    fi
  fi
  exec 5<&-
  _ck_truncated=1
  case $_ck_read in
    1) printf '\n[cronkeeper: output limit of %s bytes reached; the rest was dropped]\n' $(( _ck_blocks * 512 )) >>"$_ck_folder/output.log" ;;
    4) printf '\n[cronkeeper: what reads this output ended early; some of it may be missing]\n' >>"$_ck_folder/output.log" ;;
    *) _ck_truncated=0 ;;
  esac

  # 4. The record. A verdict of the owner goes before what the command's end would mean by itself.
  _ck_why=exit
  if [ -n "$_ck_over" ]; then read -r _ck_rest _ck_why <"$_ck_folder/overtime"; fi
  if [ -e "$_ck_folder/verdict" ]; then read -r _ck_why <"$_ck_folder/verdict"; fi
  # On a full disk the truth waits for room, an hour at most; until then the attempt counts as running.
  _ck_tries=720
  until _ck_record "$_ck_code" "$_ck_why" "$_ck_truncated" '' 2>/dev/null; do
    _ck_tries=$(( _ck_tries - 1 ))
    # A folder that somebody removed takes no record; then nobody is kept waiting for one.
    [ "$_ck_tries" -gt 0 ] && [ -d "$_ck_folder" ] || exit 1
    "$_ck_sleep" 5
  done
  exec 7>&-
  # One whose record cannot be read serves no other: whoever looks for the end of its run would find it alive.
  { [ -n "$_ck_guard" ] && [ -s "$_ck_folder/began" ]; } || exit 0
  cd /
  printf 'over\n' >&3
done
`;

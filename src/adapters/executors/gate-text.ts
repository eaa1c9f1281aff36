/**
 * Shell text that both have in common who may start a command: the wrapper itself, and the shell that it makes ready for one (see
 * `ready-text.ts`). `_ck_orders` names the order, fd 3 is the gate, fd 7 the file `began`.
 */

/** A function: hundredths of a second on the clock that counts sleep; where there is none, on the wall clock. */
export const clockText = `_ck_now() {
  if read -r _ck_up _ck_rest 2>/dev/null </proc/uptime; then
    _ck_now=$(( ${'$'}{_ck_up%.*} * 100 + 1${'$'}{_ck_up#*.} - 100 ))
  else
    _ck_now=$(( $("$_ck_date" +%s) * 100 ))
  fi
}`;

/** Judges the line at the gate, `_ck_line`: the wrong one, and one that is too late, end the shell with 125. */
export const judgeText = `case $_ck_line in 'go '*' '*) ;; *) exit 125 ;; esac
  _ck_line=${'$'}{_ck_line#go }
  _ck_trust=${'$'}{_ck_line%% *} _ck_wall=${'$'}{_ck_line#* }
  _ck_now
  # The clock is read in hundredths, so it may be that much later than it says.
  if [ -r /proc/uptime ] && [ $(( _ck_now * 10 + 10 )) -gt "$_ck_trust" ]; then exit 125; fi`;

/** The mark. From here on the attempt counts. Without a whole mark nothing runs. */
export const markText = String.raw`printf 'began %s\n' "$_ck_wall" >&7 || exit 125`;

/** Sets `_ck_self` to what the kernel says of this process, or to its number where it says nothing. */
export const describeText = `if ! read -r _ck_self 2>/dev/null </proc/self/stat; then _ck_self=$(exec /bin/sh -c 'echo $PPID'); fi`;

/** Leaves word of who the command is, behind the mark. */
export const introduceText = String.raw`printf '%s\n%s\n' "${'$'}{_ck_self%% *}" "$_ck_self" 2>/dev/null >&7`;

/** Becomes the command. */
export const becomeText = String.raw`printf 'began\n' 2>/dev/null >&3
    trap - HUP INT TERM PIPE USR1
    # Where memory runs out, a run goes before the scheduler does.
    if read -r _ck_rest 2>/dev/null </proc/self/oom_score_adj && [ "$_ck_rest" -lt 500 ]; then
      printf 500 2>/dev/null >/proc/self/oom_score_adj
    fi
    umask "$_ck_umask"
    eval "$_ck_order"
    unset CRONKEEPER_WRAPPER $_ck_unset
    export CRONKEEPER_RUN_ID="$_ck_run"
    exec "$@" 3>&- 5>&- 6>&- 7>&-`;

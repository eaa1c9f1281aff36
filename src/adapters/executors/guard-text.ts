/**
 * Shell text: the guard of a wrapper, and what only it does. It uses the functions of the wrapper before it.
 *
 * It waits on fd 4 until it is told to `watch`; the end of the file, which is that of the starter, means the same. What it has to know of the
 * newest run it reads then, in the first line of the order on fd 5. From then on it reads the output, watches the time, and ends the tree when the wrapper is gone.
 */
export const guardText = String.raw`# Sets _ck_seen to something that changes whenever output arrives, even past the limit. An agent speaks at its end; until then what it
# does is in its transcript.
_ck_output() {
  if [ "$_ck_folder/transcript.jsonl" -nt "$_ck_folder/quiet" ]; then
    printf '' >"$_ck_folder/quiet"
    _ck_seen=at$_ck_now
    return
  fi
  if read -r _ck_rest _ck_seen 2>/dev/null <"/proc/${'$'}{_ck_drain:-$_ck_reader}/io"; then return; fi
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

# The reader of the output. Past the limit on its file (SIGXFSZ ignored) tee cannot write there any more, but by its contract goes on
# with its other file: so it drains, and its exit code tells that something was dropped.
_ck_read_output() {
  unset CRONKEEPER_WRAPPER
  trap '' XFSZ
  # A run with secrets: its redactor bounds the output by itself.
  if [ "$_ck_hides" = yes ]; then exec "$_ck_node" "$_ck_redactor" $(( _ck_blocks * 512 )) "$_ck_folder/read"; fi
  ulimit -f "$_ck_blocks" 2>/dev/null
  exec "$_ck_tee" /dev/null
}

# Waits for the reader and sets _ck_read: 0 it kept all, 1 it dropped what was too much, 3 that is not known, 4 it ended early.
_ck_await_reader() {
  wait "$_ck_reader"
  _ck_read=$?
  if [ "$_ck_hides" = yes ]; then
    _ck_read=4
    [ ! -f "$_ck_folder/read" ] || read -r _ck_read <"$_ck_folder/read"
  fi
  # Some shells lose an end that comes while a signal wakes them.
  case $_ck_read in 0 | 1) ;; -1 | 127 | 255) _ck_read=3 ;; *) _ck_read=4 ;; esac
}

# Opens the pipe of the output as fd 9. An opening for reading alone would wait for a writer, and the command may have ended.
_ck_open_pipe() {
  exec 8<>"$_ck_pipe" 9<"$_ck_pipe"
  exec 8>&-
}

# The reader is gone before the command: what that one writes from now on is read and dropped, or it would wait for ever.
_ck_drain_output() {
  _ck_open_pipe
  "$_ck_tee" /dev/null <&9 >/dev/null 9<&- &
  _ck_drain=$!
  exec 9<&-
}

# Whether the wrapper is gone; then nobody will write the record.
_ck_is_alone() {
  read -r _ck_rest _ck_rest _ck_rest _ck_parent _ck_rest 2>/dev/null </proc/self/stat || _ck_parent=$$
  [ "$_ck_parent" -ne $$ ] || ! kill -s 0 $$ 2>/dev/null
}

# Sets _ck_seen to what the reader has read.
_ck_reading() {
  _ck_seen=
  read -r _ck_rest _ck_seen 2>/dev/null <"/proc/$_ck_reader/io"
}

# The command ended, and somebody still holds the output, or the reader is slow: ends what remains, then a reader that reads nothing any
# more. Its exit code is 7 when it ended that one, which had read all that there was.
_ck_free_output() {
  _ck_nap= _ck_woken=
  trap '_ck_woken=leave; [ -z "$_ck_nap" ] || { kill -KILL "$_ck_nap" 2>/dev/null; exit 0; }' USR2
  _ck_doze 0.5
  _ck_read_job
  _ck_end_tree
  # Half a minute at most: what escaped may write for ever. A runtime that begins reads its own files first.
  _ck_looks=15 _ck_code=7
  while _ck_reading; _ck_before=$_ck_seen; _ck_doze 2; _ck_reading; [ "$_ck_seen" != "$_ck_before" ]; do
    _ck_looks=$(( _ck_looks - 1 ))
    [ "$_ck_looks" -gt 0 ] || { _ck_code=0; break; }
  done
  kill -KILL "$_ck_reader" 2>/dev/null
  exit "$_ck_code"
}

# The guard. Waits until it is needed; then reads the output, and looks in steps (a sleeping machine does not count in one long sleep)
# what is to be done, until the wrapper says that the command ended:
#   wrapper gone      -> end the tree
#   time is up        -> leave the verdict, end the tree
#   silent too long   -> the same with another verdict
# Its exit code is 1 when some of the output was dropped, 3 when that is not known, 4 when some may be missing.
_ck_guard() {
  exec 3>&-
  _ck_nap= _ck_woken= _ck_seen= _ck_before= _ck_ended= _ck_facts=
  # A stop of the whole service reaches this shell, too.
  trap '' HUP INT TERM
  trap '_ck_ended=1; [ -n "$_ck_woken" ] || _ck_woken=look; [ -z "$_ck_nap" ] || kill -KILL "$_ck_nap" 2>/dev/null' USR1
  if read -r _ck_rest _ck_late <&4; then :; else _ck_late=0; fi
  IFS= read -r _ck_facts <&5
  exec 4>&- 5<&-
  # Nothing was given to the wrapper, or its gate was never opened.
  case $_ck_facts in '# '*) ;; *) exit 0 ;; esac
  # A comment to the wrapper: # RUN TIMEOUT QUIET BLOCKS HIDES FOLDER
  _ck_facts=${'$'}{_ck_facts#* } _ck_run=${'$'}{_ck_facts%% *}
  _ck_facts=${'$'}{_ck_facts#* } _ck_timeout=${'$'}{_ck_facts%% *}
  _ck_facts=${'$'}{_ck_facts#* } _ck_quiet=${'$'}{_ck_facts%% *}
  _ck_facts=${'$'}{_ck_facts#* } _ck_blocks=${'$'}{_ck_facts%% *}
  _ck_facts=${'$'}{_ck_facts#* } _ck_hides=${'$'}{_ck_facts%% *}
  _ck_folder=${'$'}{_ck_facts#* }
  while _ck_read_job; [ "$_ck_job" = none ] && [ -d "$_ck_folder" ] && ! [ -s "$_ck_folder/exit" ]; do
    ! _ck_is_alone || exit 0
    _ck_doze 0.02
  done
  ! [ -s "$_ck_folder/exit" ] || exit 0
  _ck_pipe=/proc/$$/fd/5
  [ -p "$_ck_pipe" ] || _ck_pipe=$_ck_folder/pipe
  _ck_open_pipe
  _ck_read_output <&9 >>"$_ck_folder/output.log" 9<&- &
  _ck_reader=$! _ck_read= _ck_drain=
  exec 9<&-
  _ck_now
  _ck_deadline=$(( _ck_now - _ck_late + _ck_timeout )) _ck_spoke=$_ck_now _ck_step=100
  [ "$_ck_quiet" -eq 0 ] || printf '' >"$_ck_folder/quiet"
  # The signal may have come before this shell could hear it.
  while [ -z "$_ck_ended" ] && ! [ -e "$_ck_folder/ended" ]; do
    [ $(( _ck_deadline - _ck_now )) -ge "$_ck_step" ] || _ck_step=$(( _ck_deadline - _ck_now ))
    [ "$_ck_quiet" -eq 0 ] || [ "$_ck_step" -le $(( _ck_quiet / 8 + 1 )) ] || _ck_step=$(( _ck_quiet / 8 + 1 ))
    [ "$_ck_step" -gt 0 ] || _ck_step=1
    _ck_rest=$(( _ck_step % 100 + 100 ))
    _ck_doze $(( _ck_step / 100 )).${'$'}{_ck_rest#1}
    [ -z "$_ck_ended" ] || break
    _ck_step=3000
    _ck_read_job
    _ck_now
    if _ck_is_alone; then _ck_end_tree; exit 0; fi
    if [ -z "$_ck_read" ] && ! kill -s 0 "$_ck_reader" 2>/dev/null; then
      _ck_await_reader
      [ "$_ck_read" -lt 3 ] || _ck_drain_output
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
    printf 'guard %s\n' "$_ck_verdict" >"$_ck_folder/overtime"
    _ck_end_tree
    # The wrapper sees it now.
    _ck_quiet=0 _ck_deadline=$(( _ck_now + 100000000 ))
  done
  if [ -z "$_ck_read" ]; then
    _ck_freeing=
    if kill -s 0 "$_ck_reader" 2>/dev/null; then
      # USR2, of which this shell knows nothing, ends that one even before it has said what it does with it.
      _ck_free_output &
      _ck_freeing=$!
    fi
    # A signal that is heard would end the waiting.
    trap '' USR1
    _ck_await_reader
    if [ "$_ck_read$_ck_hides" = 4no ] && [ -n "$_ck_freeing" ]; then
      wait "$_ck_freeing"
      [ $? -ne 7 ] || _ck_read=0
    elif [ -n "$_ck_freeing" ]; then
      kill -USR2 "$_ck_freeing" 2>/dev/null
    fi
  fi
  [ -z "$_ck_drain" ] || kill -KILL "$_ck_drain" 2>/dev/null
  exit "$_ck_read"
}
`;

import {
  becomeText,
  clockText,
  describeText,
  introduceText,
  judgeText,
  markText,
} from './gate-text.ts';
import { programCheck } from './program-check.ts';

/**
 * The shell that stands ready: a wrapper that has some time before its gate opens makes it in advance, in the session of the command and
 * behind the pipe for its output. It waits at the gate in the place of the wrapper, which waits for its end, and becomes the command: a
 * fork and two programs less when the time has come.
 *
 * Whoever finds that a wrapper is gone and that there is no mark may count on it that nothing begins; and whoever finds a mark, that what
 * began can be found. So this one writes its mark, then who it is, and only then looks whether its wrapper still lives: if not, it is no
 * command. What it finds wrong with the start it leaves to the next try, which says it in words.
 */
export const readyText = `
set -f
# A stop of the whole service reaches this shell, too, and its run may still be wanted.
trap '' HUP INT TERM PIPE USR1
_ck_umask=$1 _ck_date=$2 _ck_orders=$3 _ck_wrapper=$4
shift 4
${clockText}
_ck_fail() {
  exit 125
}
. "$_ck_orders"
${describeText}
IFS= read -r _ck_line <&3 || exit 125
${judgeText}
# It may have waited for hours.
${programCheck}
${markText}
${introduceText}
read -r _ck_rest 2>/dev/null </proc/self/stat
case $_ck_rest in *') '?" $_ck_wrapper "*) ;; *) exit 125 ;; esac
${becomeText}
`;

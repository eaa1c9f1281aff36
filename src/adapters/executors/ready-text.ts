import { becomeText, clockText, judgeText, markText } from './gate-text.ts';

/**
 * The shell that stands ready: a wrapper that has some time before its gate opens makes it in advance, in the session of the command and
 * behind the pipe for its output. It waits at the gate in the place of the wrapper, which waits for its end, and becomes the command: a
 * fork and two programs less when the time has come.
 *
 * Whoever finds that a wrapper is gone and that there is no mark may count on it that nothing begins. So this one looks, once its mark
 * is written, whether its wrapper still lives: if not, it is no command.
 */
export const readyText = `
set -f
# A stop of the whole service reaches this shell, too, and its run may still be wanted.
trap '' HUP INT TERM PIPE USR1
_ck_umask=$1 _ck_date=$2 _ck_orders=$3 _ck_wrapper=$4
shift 4
${clockText}
. "$_ck_orders"
IFS= read -r _ck_line <&3 || exit 125
${judgeText}
${markText}
${becomeText(`case $_ck_rest in *') '?" $_ck_wrapper "*) ;; *) exit 125 ;; esac`)}
`;

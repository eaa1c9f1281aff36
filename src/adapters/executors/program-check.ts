import type { ReasonCode } from '../../core/refusal.ts';

/**
 * Shell text: whether `_ck_program` can be started in `_ck_cwd` with the PATH that is set. Calls `_ck_fail REASON ABOUT` where not.
 * The wrapper of a run and the probe of a command are made of it, so that what is said in the evening is what happens at night.
 */
export const programCheck = `cd "$_ck_cwd" 2>/dev/null || _ck_fail cwd_missing "$_ck_cwd"
case $_ck_program in
  */*)
    [ ! -d "$_ck_program" ] || _ck_fail command_is_folder "$_ck_program"
    [ -e "$_ck_program" ] || _ck_fail command_not_found "$_ck_program"
    [ -x "$_ck_program" ] || _ck_fail command_not_executable "$_ck_program"
    ;;
  *)
    _ck_why=command_not_found
    _ck_ifs=$IFS IFS=:
    for _ck_one in $PATH; do
      _ck_one=\${_ck_one:-.}/$_ck_program
      if [ -d "$_ck_one" ]; then
        [ "$_ck_why" = command_not_executable ] || _ck_why=command_is_folder
      elif [ -x "$_ck_one" ]; then
        _ck_why=
        break
      elif [ -e "$_ck_one" ]; then
        _ck_why=command_not_executable
      fi
    done
    IFS=$_ck_ifs
    [ -n "$_ck_program" ] || _ck_why=command_not_found
    [ -z "$_ck_why" ] || _ck_fail "$_ck_why" "$_ck_program"
    ;;
esac`;

const exitCodes: readonly ReasonCode[] = [
  'cwd_missing',
  'command_is_folder',
  'command_not_found',
  'command_not_executable',
];
const firstExitCode = 10;

/** The same as a program of its own, for `sh -c`, with the folder and the command as arguments. It tells by its exit code. */
export const programProbe = `
set -f
_ck_cwd=$1 _ck_program=$2
_ck_fail() {
  case $1 in
${exitCodes.map((reason, index) => `    ${reason}) exit ${firstExitCode + index} ;;`).join('\n')}
  esac
  exit 1
}
${programCheck}
exit 0
`;

/** What an exit code of the probe means; null for one that it does not end with by itself. */
export const failureOfProbe = (code: number): ReasonCode | null =>
  exitCodes[code - firstExitCode] ?? null;

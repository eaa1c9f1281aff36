import type { Sabotage } from './sabotage.ts';

const ready = 'src/adapters/executors/ready.slow.ts';

/** Protections of shells that stand ready for a command while its gate is shut. */
export const readyShells: readonly Sabotage[] = [
  {
    name: 'who stood ready becomes the command although its wrapper is gone',
    file: 'src/adapters/executors/ready-text.ts',
    find: `case $_ck_rest in *') '?" $_ck_wrapper "*) ;; *) exit 125 ;; esac`,
    put: ':',
    by: {
      file: ready,
      pattern: 'no mark may count on it',
      red: /true !== false|not-started/,
      usesProgram: true,
    },
  },
  {
    name: 'who stands ready hears a stop of the whole service',
    file: 'src/adapters/executors/ready-text.ts',
    find: "trap '' HUP INT TERM PIPE USR1",
    put: "trap '' PIPE USR1",
    by: {
      file: ready,
      pattern: 'leaves it standing',
      red: /it is ready|not-started/,
      usesProgram: true,
    },
  },
  {
    name: 'a wrapper does not ask whether who stood ready began',
    file: 'src/adapters/executors/wrapper-text.ts',
    find: '  read -r _ck_word _ck_rest <"/proc/$$/fd/7" && [ "$_ck_word" = began ] || exit 125\n',
    put: '',
    by: {
      file: ready,
      pattern: 'abandoned, or too late',
      red: /its folder is gone|not-started/,
      usesProgram: true,
    },
  },
  {
    name: 'what stood ready in vain leaves its file',
    file: 'src/adapters/executors/starter.ts',
    find: '      leaveNoTrace(folder);\n',
    put: '',
    by: {
      file: ready,
      pattern: 'abandoned, or too late',
      red: /its folder is gone/,
      usesProgram: true,
    },
  },
  {
    name: 'nobody is made ready',
    file: 'src/adapters/executors/wrapper-process.ts',
    find: "this.#gate.write('ready\\n')",
    put: 'this.#gate.cork()',
    by: {
      file: ready,
      pattern: 'becomes the command',
      red: /a shell stands ready/,
      usesProgram: true,
    },
  },
  {
    name: 'the here-document for the output says nothing, which is no pipe in bash',
    file: 'src/adapters/executors/wrapper-text.ts',
    find: '  exec 5<<END\n\nEND\n  [ -p /proc/self/fd/5 ] && read -r _ck_rest <&5 && exec',
    put: '  exec 5<<END\nEND\n  [ -p /proc/self/fd/5 ] && exec',
    by: {
      file: 'src/adapters/executors/ready-bash.slow.ts',
      usesProgram: true,
      red: /a shell stands ready/,
    },
  },
];

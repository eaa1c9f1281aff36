import { Command, Help, Option } from 'commander';
import type { CommandSpec, Flag } from './spec.ts';

const helpColumns = 80;
const everywhere = 'Everywhere:';

/** `--queue=1h` is rewritten to `--queue-for=1h`, so that `--queue` alone never takes the next word. */
export const valuedName = (long: string): string => `${long}-for`;

const append = (value: string, before: unknown): readonly string[] =>
  Array.isArray(before) ? [...before, value] : [value];

/** One commander command for one verb, with the global options. Commands are built one at a time: nothing else is parsed. */
export function buildCommand(spec: CommandSpec): Command {
  const command = new Command(`cronkeeper ${spec.path.join(' ')}`)
    .description(spec.summary)
    .exitOverride()
    .allowExcessArguments(spec.takesExcess === true)
    .addHelpOption(new Option('-h, --help', 'show this').helpGroup(everywhere))
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({ helpWidth: helpColumns })
    .usage(usageOf(spec));
  command.createHelp = () => Object.assign(new SpecHelp(spec), { helpWidth: helpColumns });
  for (const { name, help, isOptional } of spec.args) {
    command.argument(isOptional ? `[${name}]` : `<${name}>`, help);
  }
  for (const flag of spec.flags) for (const option of optionsOf(flag)) command.addOption(option);
  for (const option of globalOptions()) command.addOption(option);
  return command;
}

function usageOf(spec: CommandSpec): string {
  const args = spec.args.map(({ name, isOptional }) => (isOptional ? `[${name}]` : name));
  return ['[options]', ...args, ...(spec.takesCommand ? ['[-- COMMAND ARG...]'] : [])].join(' ');
}

const globalOptions = (): readonly Option[] =>
  [
    new Option('-p, --profile <NAME>', 'which profile (CRONKEEPER_PROFILE)'),
    new Option('--home <DIR>', 'where everything is kept (CRONKEEPER_HOME)'),
    new Option('--json', 'one JSON document on standard output'),
    new Option('-v, --verbose', 'say more'),
    new Option('-V, --version', 'show the version').hideHelp(),
  ].map((option) => option.helpGroup(everywhere));

function optionsOf(flag: Flag): readonly Option[] {
  const { long, short, help } = flag;
  const names = `${short === undefined ? '' : `-${short}, `}--${long}`;
  const shown = optionFor(flag, names, help);
  if (flag.heading !== undefined) shown.helpGroup(flag.heading);
  if (help === '') shown.hideHelp();
  const hidden = (flag.also ?? []).map((other) => optionFor(flag, `--${other}`, '').hideHelp());
  const valued =
    flag.kind === 'optional' ? [new Option(`--${valuedName(long)} <VALUE>`, '').hideHelp()] : [];
  return [shown, ...hidden, ...valued];
}

function optionFor(flag: Flag, names: string, help: string): Option {
  const { kind, value = 'VALUE' } = flag;
  if (kind === 'flag' || kind === 'optional') return new Option(names, help);
  const option = new Option(`${names} <${value}>`, help);
  // `--no-output-timeout 5m` takes a value: it denies nothing, so it is kept under its whole name.
  option.negate = false;
  return kind === 'list' || kind === 'numbers' ? option.argParser(append) : option;
}

/** Help of a verb: `--queue[=DURATION]` as it is typed, then examples. */
class SpecHelp extends Help {
  readonly #spec: CommandSpec;

  constructor(spec: CommandSpec) {
    super();
    this.#spec = spec;
  }

  override optionTerm(option: Option): string {
    const flag = this.#spec.flags.find(({ long }) => `--${long}` === option.long);
    if (flag?.kind === 'optional') return `--${flag.long}[=${flag.value ?? 'VALUE'}]`;
    return option.flags.replace(/<(.*)>/, '$1');
  }

  override argumentTerm(argument: Parameters<Help['argumentTerm']>[0]): string {
    return argument.name();
  }

  override formatHelp(command: Command, helper: Help): string {
    const examples = this.#spec.examples.map((example) => `  ${example}`);
    return [super.formatHelp(command, helper).trimEnd(), '', 'Examples:', ...examples, ''].join(
      '\n',
    );
  }
}

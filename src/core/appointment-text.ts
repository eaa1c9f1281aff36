import type { Choice, Rule } from './appointment.ts';
import { choiceWords, serviceText } from './eligibility.ts';
import type { Level, Manager } from './provenance.ts';
import { managers, roles } from './provenance.ts';
import { advice, Refusal } from './refusal.ts';

const levels = ['proven', 'corroborated', 'claimed', 'unknown'] as const;

/** A service is only itself when it proves it; a role or host is what a process is, whatever started it. */
const defaultLevel = (kind: Choice['kind']): Level => (kind === 'service' ? 'proven' : 'unknown');

/**
 * Reads a rule as it is typed after `owner appoint`: `auto`, `role ROLE`, `host MACHINE-ID`, `service MANAGER/NAME`,
 * each but the first with ` level LEVEL` if another than its default is wanted.
 *
 * @param standbys further choices in order, of the same form; none with `auto`
 * @param level for every choice that names none
 * @throws Refusal `usage`, saying what can be typed
 */
export function parseRule(text: string, standbys: readonly string[], level: Level | null): Rule {
  if (text.trim() === 'auto') {
    if (standbys.length > 0)
      throw badRule('auto', 'It chooses by itself and takes neither standbys nor a level.');
    if (level !== null)
      throw badRule('auto', 'It chooses by itself and takes neither standbys nor a level.');
    return { kind: 'auto' };
  }
  const choices = [text, ...standbys].map((one) => parseChoice(one, level));
  const texts = choices.map(choiceWords);
  const twice = texts.find((one, index) => texts.indexOf(one) < index);
  if (twice !== undefined) throw badRule(twice, 'It is named twice.');
  return { kind: 'exclusive', choices };
}

function parseChoice(text: string, fallback: Level | null): Choice {
  const [kind = '', value = '', levelWord, levelText, ...rest] = text.trim().split(/\s+/);
  if (value === '' || rest.length > 0) throw badRule(text);
  if (kind !== 'service' && kind !== 'role' && kind !== 'host') throw badRule(text);
  let level = fallback ?? defaultLevel(kind);
  if (levelWord !== undefined) {
    const named = levels.find((name) => name === levelText);
    if (levelWord !== 'level' || named === undefined)
      throw badRule(text, `Levels are ${levels.join(', ')}.`);
    level = named;
  }
  switch (kind) {
    case 'service':
      return { kind, service: parseService(value), level };
    case 'role': {
      const role = roles.find((name) => name === value.toLowerCase());
      if (role === undefined) throw badRule(text, `Roles are ${roles.join(', ')}.`);
      return { kind, role, level };
    }
    case 'host':
      if (!/^[A-Za-z0-9-]{4,100}$/.test(value))
        throw badRule(text, 'A machine id is letters, digits and "-".');
      return { kind, machineId: value, level };
  }
}

function parseService(value: string): { readonly manager: Manager; readonly unit: string } {
  const cut = value.indexOf('/');
  const manager = managers.find((name) => name === value.slice(0, cut));
  const name = value.slice(cut + 1);
  if (manager === undefined || !/^[A-Za-z0-9][A-Za-z0-9:@._\\-]{0,254}$/.test(name)) {
    throw badRule(
      value,
      `A service is MANAGER/NAME; managers are ${managers.join(', ')}, as in systemd-system/cronkeeper-la.service.`,
    );
  }
  const isBareUnit = manager.startsWith('systemd-') && !name.endsWith('.service');
  return { manager, unit: isBareUnit ? `${name}.service` : name };
}

/** The rule as it can be typed again: `auto`, or its choices in order. */
export const ruleText = (rule: Rule): readonly string[] =>
  rule.kind === 'auto' ? ['auto'] : rule.choices.map(choiceText);

function choiceText(choice: Choice): string {
  const level = choice.level === defaultLevel(choice.kind) ? '' : ` level ${choice.level}`;
  switch (choice.kind) {
    case 'service':
      return `service ${serviceText(choice.service)}${level}`;
    case 'role':
      return `role ${choice.role}${level}`;
    case 'host':
      return `host ${choice.machineId}${level}`;
  }
}

const badRule = (text: string, why = ''): Refusal =>
  new Refusal('usage', `"${text}" cannot be appointed. ${why}`.trim(), {
    kind: 'usage',
    remedy: advice(
      'Type auto, role ROLE, host MACHINE-ID or service MANAGER/NAME, as in: cronkeeper owner appoint service systemd-user/cronkeeper-default.service',
    ),
  });

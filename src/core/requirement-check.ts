import { serviceText } from './eligibility.ts';
import type { Provenance, Role, Service } from './provenance.ts';
import { managers, roles, satisfiesLevel } from './provenance.ts';
import { advice, Refusal } from './refusal.ts';
import type { Requirement } from './requirement.ts';

/** What the executing process is, for the requirements that need no probe. */
export type ExecutingProcess = {
  readonly role: Role;
  readonly provenance: Provenance;
  readonly channels: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/**
 * Whether a process meets a requirement: null when it does, a sentence when it does not, `probe` when only the executor can tell.
 */
export function checkRequirement(
  requirement: Requirement,
  process: ExecutingProcess,
): { readonly kind: 'met' } | { readonly kind: 'unmet'; readonly message: string } | 'probe' {
  const { provenance } = process;
  switch (requirement.kind) {
    case 'service':
      return met(
        provenance.level === 'proven' && isService(provenance.service, requirement),
        `it must be executed by the service ${serviceName(requirement)}, proven`,
      );
    case 'role':
      return met(process.role === requirement.role, `it must be executed by a ${requirement.role}`);
    case 'level':
      return met(
        satisfiesLevel(provenance.level, requirement.level),
        `the executing process must be "${requirement.level}", but is "${provenance.level}"`,
      );
    case 'channel':
      return met(
        process.channels.includes(requirement.channel),
        `the channel "${requirement.channel}" must be live in the executing process, and this build has no live channels`,
      );
    case 'env':
      return met(
        Object.hasOwn(process.env, requirement.variable),
        `the variable ${requirement.variable} is not in the run's environment`,
      );
    case 'readable':
    case 'writable':
    case 'command':
    case 'full-disk-access':
      return 'probe';
  }
}

type ServiceRequirement = Extract<Requirement, { kind: 'service' }>;

const isService = (service: Service | null, { manager, unit }: ServiceRequirement): boolean =>
  service?.unit === unit && (manager === undefined || service.manager === manager);

const serviceName = ({ manager, unit }: ServiceRequirement): string =>
  manager === undefined ? unit : serviceText({ manager, unit });

const met = (
  isMet: boolean,
  message: string,
): { readonly kind: 'met' } | { readonly kind: 'unmet'; readonly message: string } =>
  isMet ? { kind: 'met' } : { kind: 'unmet', message };

export function requirementText(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'service':
      return `service=${serviceName(requirement)}`;
    case 'role':
      return `role=${requirement.role}`;
    case 'level':
      return `level=${requirement.level}`;
    case 'readable':
    case 'writable':
      return `${requirement.kind}=${requirement.path}`;
    case 'command':
      return `command=${requirement.command}`;
    case 'env':
      return `env=${requirement.variable}`;
    case 'channel':
      return `channel=${requirement.channel}`;
    case 'full-disk-access':
      return 'full-disk-access';
  }
}

const levels = ['proven', 'corroborated', 'claimed'] as const;

/**
 * Reads `KIND` or `KIND=VALUE`.
 *
 * @throws Refusal `usage`, naming what can be required
 */
export function parseRequirement(text: string): Requirement {
  const cut = text.indexOf('=');
  const kind = cut < 0 ? text : text.slice(0, cut);
  const value = cut < 0 ? '' : text.slice(cut + 1);
  if (kind === 'full-disk-access' && cut < 0) return { kind };
  if (value === '') throw badRequirement(text);
  switch (kind) {
    case 'service': {
      const manager = managers.find((name) => value.startsWith(`${name}/`));
      if (manager === undefined) return { kind, unit: value };
      const unit = value.slice(manager.length + 1);
      if (unit === '') throw badRequirement(text);
      return { kind, manager, unit };
    }
    case 'role': {
      const role = roles.find((name) => name === value);
      if (role === undefined) throw badRequirement(text, `Roles are ${roles.join(', ')}.`);
      return { kind, role };
    }
    case 'level': {
      const level = levels.find((name) => name === value);
      if (level === undefined) throw badRequirement(text, `Levels are ${levels.join(', ')}.`);
      return { kind, level };
    }
    case 'readable':
    case 'writable':
      if (!value.startsWith('/')) throw badRequirement(text, 'The path must be absolute.');
      return { kind, path: value };
    case 'command':
      return { kind, command: value };
    case 'env':
      return { kind, variable: value };
    case 'channel':
      return { kind, channel: value };
    default:
      throw badRequirement(text);
  }
}

const badRequirement = (text: string, why = ''): Refusal =>
  new Refusal('usage', `"${text}" is not something that can be required. ${why}`.trim(), {
    kind: 'usage',
    remedy: advice(
      'Use service=UNIT, service=MANAGER/UNIT, role=ROLE, level=proven|corroborated|claimed, readable=/PATH, writable=/PATH, command=NAME, env=NAME, channel=NAME or full-disk-access.',
    ),
  });

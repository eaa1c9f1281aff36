import { openHome } from '../adapters/host/home.ts';
import { makeRecords } from '../adapters/services/records.ts';
import { parseRule } from '../core/appointment-text.ts';
import { advice, Refusal } from '../core/refusal.ts';
import { parseRecord } from '../core/service-record.ts';
import type { CliHost } from '../doors/cli/host.ts';
import { homePath } from './config.ts';

/** Reads or changes the records of a home, as the user who this process is. */
export const changeRecords: CliHost['serviceRecords'] = async ({ home }, request) => {
  const records = makeRecords(openHome(homePath(home ?? undefined, process.env)).path);
  switch (request.act) {
    case 'list':
      return { records: records.list() };
    case 'put': {
      const record = parseRecord(request.text);
      if (record === null) throw misfit('That is no record of a service.');
      records.put(record);
      return { record };
    }
    case 'remove': {
      records.remove(serviceNamed(request.service));
      return { removed: request.service };
    }
  }
};

function serviceNamed(text: string) {
  const rule = parseRule(`service ${text}`, [], null);
  const choice = rule.kind === 'exclusive' ? rule.choices[0] : undefined;
  if (choice?.kind !== 'service') throw misfit('That is no service.');
  return choice.service;
}

const misfit = (message: string): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy: advice('The installer types this.') });

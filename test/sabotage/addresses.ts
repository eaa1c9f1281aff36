import type { Sabotage, TestRun } from './sabotage.ts';

const judged = (pattern: string, red: RegExp): TestRun => ({
  file: 'src/core/address.test.ts',
  pattern,
  red,
});

/** Nothing is reached inside a machine or a network but what a person named. */
export const addresses: readonly Sabotage[] = [
  {
    name: 'of version 6 every address counts as public',
    file: 'src/core/address.ts',
    find: 'return isOneOf(address, globalV6) && !isOneOf(address, privateV6);',
    put: 'return !isOneOf(address, privateV6);',
    by: judged('closed ranges is closed', /AssertionError[^\n]*::/),
  },
  {
    name: 'a name that is allowed opens where a cloud answers about a machine',
    file: 'src/core/address.ts',
    find: 'return !isMetadata && entry.host === nameOf(place.host);',
    put: 'return entry.host === nameOf(place.host);',
    by: judged('who names exactly that address', /AssertionError[^\n]*169\.254\.169\.254/),
  },
  {
    name: 'a network that is allowed opens where a cloud answers about a machine',
    file: 'src/core/address.ts',
    find: 'if (isMetadata && entry.net.bits !== bitsOf[entry.net.family]) return false;',
    put: '',
    by: judged('who names exactly that address', /AssertionError[^\n]*169\.254\.169\.254/),
  },
  {
    name: 'an entry with a port opens every port',
    file: 'src/core/address.ts',
    find: 'if (address === null || (entry.port !== null && entry.port !== place.port)) return false;',
    put: 'if (address === null) return false;',
    by: judged('opens this port alone', /strictly equal/),
  },
  {
    name: 'a network without its length is all there is',
    file: 'src/core/address.ts',
    find: String.raw`(?:\/(\d{1,3}))?$`,
    put: String.raw`(?:\/(\d{0,3}))?$`,
    by: judged('is no entry', /falsy|truthy|expression evaluated/),
  },
];

import { createHash, randomBytes } from 'node:crypto';
import type { Secrets } from '../../ports/access.ts';

const secretBytes = 32;

export const secrets: Secrets = {
  make: () => randomBytes(secretBytes).toString('base64url'),
  digest: (text) => createHash('sha256').update(text).digest('hex'),
};

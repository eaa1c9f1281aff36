import { z } from 'zod';
import { credentialKinds, scopes } from '../core/access.ts';
import { time } from './answers.ts';

export const credentialSchema = z.object({
  id: z.string(),
  kind: z.enum(credentialKinds),
  name: z.string(),
  scope: z.enum(scopes),
  /** Null: every profile, and the home itself. */
  profiles: z.array(z.string()).nullable(),
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time.nullable(),
  /** A minute older at most; null when it was never used. */
  usedAt: time.nullable(),
  isCurrent: z.boolean(),
});

export type CredentialAnswer = z.infer<typeof credentialSchema>;

export const accessLinkOutput = z.object({
  /** One for each living dashboard; all hold the same code, which counts once. */
  links: z.array(z.string()),
  /** The same without the code. */
  addresses: z.array(z.string()),
  scope: z.enum(scopes),
  expiresAt: time,
});

/** `token` is shown here and never again. */
export const accessAddOutput = credentialSchema.extend({ token: z.string() });
export const accessListOutput = z.object({ credentials: z.array(credentialSchema) });
export const accessRevokeOutput = z.object({ revoked: credentialSchema });

import { describe, test } from 'node:test';
import { accessClaims } from './store-access.ts';
import { attemptClaims } from './store-attempts.ts';
import { authorityClaims } from './store-authority.ts';
import { chatClaims } from './store-chat.ts';
import { eveningClaims } from './store-evening.ts';
import { eventClaims } from './store-events.ts';
import { fencingClaims } from './store-fencing.ts';
import { jobClaims } from './store-jobs.ts';
import { leaseClaims } from './store-leases.ts';
import { outboxClaims } from './store-outbox.ts';
import { pageClaims } from './store-pages.ts';
import { propertyClaims } from './store-properties.ts';
import { recordClaims } from './store-records.ts';
import { runClaims } from './store-runs.ts';
import type { Opened, StoreClaim } from './store-samples.ts';
import { upkeepClaims } from './store-upkeep.ts';

/** The suite that every implementation of `Store` must pass. `open` answers an empty store each time. */
export function storeConformance(name: string, open: () => Promise<Opened>): void {
  const chapters: Readonly<Record<string, readonly StoreClaim[]>> = {
    jobs: jobClaims,
    runs: runClaims,
    attempts: attemptClaims,
    leases: leaseClaims,
    fencing: fencingClaims,
    records: recordClaims,
    upkeep: upkeepClaims,
    evening: eveningClaims,
    outbox: outboxClaims,
    events: eventClaims,
    access: accessClaims,
    chat: chatClaims,
    authority: authorityClaims,
    pages: pageClaims,
    properties: propertyClaims,
  };
  for (const [chapter, claims] of Object.entries(chapters)) {
    describe(`${name}: ${chapter}`, () => {
      for (const claim of claims) {
        test(claim.name, async () => {
          const opened = await open();
          try {
            await claim.show(opened, open);
          } finally {
            await opened.close();
          }
        });
      }
    });
  }
}

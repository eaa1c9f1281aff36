/**
 * `npm run demo:reports`: replays both reports with real processes, first with a scheduler where whoever gets a lock runs what is due,
 * then with ours, and prints the two tables. Ends with 1 when what they say did not happen.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forgetNaively, raceNaively } from './naive-stories.ts';
import { raceOurs, rememberOurs } from './our-stories.ts';
import type { ClientStory, RaceStory } from './stories.ts';
import { type ClientCount, clientRows, type RaceCount, raceRows, renderTable } from './tables.ts';

const race: RaceStory = { occurrences: 12, worksSeconds: 0.4 };
const client: ClientStory = { dueInMs: 5_000, staysMs: 1_000, patienceMs: 6_000 };

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** What the demonstration claims, each with whether it happened. */
function claims(
  naive: { readonly race: RaceCount; readonly client: ClientCount },
  ours: { readonly race: RaceCount; readonly client: ClientCount },
): readonly (readonly [claim: string, isSo: boolean])[] {
  return [
    ['the lock split the runs between the processes', naive.race.byOthers.size > 0],
    ['the job of a closed client was lost', naive.client.ranAfterMs === null],
    ['the gateway ran every occurrence, once', ours.race.byOwner === ours.race.due],
    ['no desktop ran anything', ours.race.byOthers.size === 0],
    [
      'nothing was cut off, doubled or lost',
      ours.race.cut + ours.race.doubled + ours.race.neverRan === 0,
    ],
    ['the job of a closed client ran', ours.client.ranAfterMs !== null],
    ['with nobody there, the answer said so', /NOTHING WILL RUN/.test(ours.client.answerAlone)],
    ['and so did the status', /will NOT run/.test(ours.client.statusAlone)],
  ];
}

async function demonstrate(ground: string): Promise<boolean> {
  const beganAt = Date.now();
  say(
    'First with a scheduler where every process ticks, and a lock decides who runs what is due …',
  );
  const [naiveRace, naiveClient] = await Promise.all([
    raceNaively(ground, race),
    forgetNaively(ground, client),
  ]);
  say('Then with cronkeeper, where one process is appointed …');
  const [ourRace, ourClient] = await Promise.all([raceOurs(race), rememberOurs(client)]);
  say(
    renderTable(
      'Who runs the jobs?  One gateway, three desktop dashboards; one of these is closed every 1.3 s (Hermes #43965)',
      raceRows(naiveRace, ourRace),
    ),
  );
  say(
    renderTable(
      'Does the job need its client?  It is made in a dashboard, which is closed before it is due (Hermes #25737)',
      clientRows(naiveClient, ourClient),
    ),
  );
  const all = claims(
    { race: naiveRace, client: naiveClient },
    { race: ourRace, client: ourClient },
  );
  for (const [claim, isSo] of all) if (!isSo) say(`This did not happen: ${claim}.`);
  say(
    `All of it happened just now, with real processes, in ${Math.round((Date.now() - beganAt) / 1_000)} s.`,
  );
  return all.every(([, isSo]) => isSo);
}

const ground = mkdtempSync(join(tmpdir(), 'ck-reports-'));
try {
  process.exitCode = (await demonstrate(ground)) ? 0 : 1;
} finally {
  rmSync(ground, { recursive: true, force: true });
}

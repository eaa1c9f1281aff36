import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.POSTGRES });
let connected;

/** Asks the database of this peer. */
export async function ask(statement) {
  connected ??= client.connect();
  await connected;
  return (await client.query(statement)).rows;
}

/** Waits until a question has no rows any more: a job counts as done when the database says so, not when its handler began. */
export async function untilNone(question) {
  while ((await ask(`${question} LIMIT 1`)).length > 0) await sleep(5);
}

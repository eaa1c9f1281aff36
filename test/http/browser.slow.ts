import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { hindrance, openBrowser } from '../web/browser.ts';
import { type House, openHouse } from './house.ts';

/**
 * A person is signed in, and opens a page of somebody else in the same browser. Names of that somebody lead to this machine, as names
 * of an attacker may. Another port of our own address is of the same site, which is the harder case.
 */
const skip = hindrance ?? false;
let house: House;
let elsewhere: Server;
let browser: Browser;
let context: BrowserContext;

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** What was answered so far, by status. A browser does not tell a page, nor a test, of everything that it was refused. */
async function answered(status: number): Promise<number> {
  const { text } = await house.ask('/metrics');
  const found = new RegExp(
    `^cronkeeper_http_answers_total\\{status="${status}"\\} (\\d+)$`,
    'm',
  ).exec(text);
  return Number(found?.[1] ?? 0);
}

before(async () => {
  if (skip !== false) return;
  house = await openHouse();
  elsewhere = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html' });
    answer.end('<!doctype html><title>elsewhere</title>');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const names = 'MAP evil.example 127.0.0.1,MAP rebind.example 127.0.0.1';
  // What the browser itself may keep from the local network would hide what we refuse.
  const trusting = '--disable-features=LocalNetworkAccessChecks,PrivateNetworkAccessSendPreflights';
  browser = await openBrowser([`--host-resolver-rules=${names}`, trusting]);
  context = await browser.newContext();
  const page = await context.newPage();
  const link = await house.grant({ kind: 'link' });
  await page.goto(`${house.door.url}/#link=${link}`);
  await page.waitForFunction(`fetch('/api/v1/session').then((answer) => answer.ok)`);
  assert.equal(new URL(page.url()).hash, '');
});
after(async () => {
  if (skip !== false) return;
  await browser.close();
  elsewhere.close();
  await house.close();
});

const job = { when: 'every 1h', command: ['touch', '/tmp/hit'] };

/** Everything that a page can send to another origin; each answers what it could see of it. */
const attacks: Readonly<Record<string, string>> = {
  'JSON with cookies': `fetch(door + '/api/v1/jobs', { method: 'POST', credentials: 'include', headers: { 'content-type': 'application/json' }, body: job }).then((one) => one.text())`,
  'text that is JSON': `fetch(door + '/api/v1/jobs', { method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'content-type': 'text/plain' }, body: job }).then((one) => one.text())`,
  'a beacon': `(navigator.sendBeacon(door + '/api/v1/jobs', new Blob([job], { type: 'text/plain' })), Promise.resolve(''))`,
  'a form': `new Promise((resolve) => { const frame = document.createElement('iframe'); frame.name = 'f'; document.body.append(frame); const form = document.createElement('form'); form.target = 'f'; form.method = 'post'; form.enctype = 'text/plain'; form.action = door + '/api/v1/jobs'; const field = document.createElement('input'); field.name = job.slice(0, -1) + ',"x":"'; field.value = '"}'; form.append(field); document.body.append(form); frame.onload = () => { let text = ''; try { text = frame.contentDocument.body.innerText; } catch {} resolve(text); }; form.submit(); })`,
  'a deletion': `fetch(door + '/api/v1/session', { method: 'DELETE', credentials: 'include' }).then((one) => one.text())`,
  reading: `fetch(door + '/api/v1/jobs', { credentials: 'include' }).then((one) => one.text())`,
  'an event source': `new Promise((resolve) => { const source = new EventSource(door + '/api/v1/events', { withCredentials: true }); source.onopen = () => resolve('open'); source.onerror = () => { source.close(); resolve(''); }; })`,
  'a socket': `new Promise((resolve) => { const socket = new WebSocket(door.replace('http', 'ws') + '/api/v1/events'); socket.onopen = () => resolve('open'); socket.onerror = () => resolve(''); })`,
  'a script': `new Promise((resolve) => { const script = document.createElement('script'); script.src = door + '/api/v1/jobs'; script.onload = () => resolve('loaded'); script.onerror = () => resolve(''); document.head.append(script); })`,
  'a picture': `new Promise((resolve) => { const image = new Image(); image.onload = () => resolve('loaded'); image.onerror = () => resolve(''); image.src = door + '/favicon.svg'; })`,
};

async function commit(page: Page, attack: string): Promise<unknown> {
  const script = `(() => { const door = ${JSON.stringify(house.door.url)}; const job = ${JSON.stringify(JSON.stringify(job))}; return Promise.race([${attack}, new Promise((resolve) => setTimeout(() => resolve(''), 5000))]).catch(() => ''); })()`;
  return page.evaluate(script);
}

for (const [who, host] of [
  ['another site', 'evil.example'],
  ['another port of our address', '127.0.0.1'],
] as const) {
  test(`a page of ${who} reads nothing and changes nothing`, { skip }, async () => {
    const page = await context.newPage();
    await page.goto(`http://${host}:${portOf(elsewhere)}/`);
    const { store } = house.world;
    const before = await store.events.newest();
    const refused = await answered(403);
    for (const [what, attack] of Object.entries(attacks)) {
      const seen = await commit(page, attack);
      assert.equal(seen, '', what);
    }
    assert.deepEqual(await store.jobs.list('default', { after: null, limit: 9 }), []);
    assert.equal(await store.events.newest(), before);
    // They did arrive: a browser that refuses by itself proves nothing about us.
    const arrived = (await answered(403)) - refused;
    assert.ok(arrived >= Object.keys(attacks).length, `${arrived} were refused`);
    await page.close();
  });
}

test('a page of another site cannot frame ours', { skip }, async () => {
  const page = await context.newPage();
  await page.goto(`http://evil.example:${portOf(elsewhere)}/`);
  const refused = await answered(403);
  await page.evaluate(
    `new Promise((resolve) => { const frame = document.createElement('iframe'); frame.src = ${JSON.stringify(house.door.url)}; frame.onload = resolve; document.body.append(frame); })`,
  );
  assert.equal((await answered(403)) - refused, 1);
  await page.close();
});

test('a name that was pointed at this machine reaches nothing', { skip }, async () => {
  const page = await context.newPage();
  const origin = `http://rebind.example:${house.door.port}`;
  const first = await page.goto(`${origin}/`);
  assert.equal(first?.status(), 421);
  // As if the name had led to the attacker when the page was loaded, and leads here now.
  await page.route(`${origin}/start`, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>rebound</title>' }),
  );
  await page.goto(`${origin}/start`);
  assert.equal(await page.title(), 'rebound');
  const tried = await page.evaluate(`(async () => {
    const own = { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(job))} };
    const answers = [await fetch('/api/v1/jobs'), await fetch('/api/v1/jobs', own), await fetch('/'), await fetch('/sign-in.js')];
    return answers.map((one) => one.status);
  })()`);
  assert.deepEqual(tried, [421, 421, 421, 421]);
  const socket = await page.evaluate(
    `new Promise((resolve) => { const socket = new WebSocket('ws://' + location.host + '/api/v1/events'); socket.onopen = () => resolve('open'); socket.onerror = () => resolve('refused'); })`,
  );
  assert.equal(socket, 'refused');
  assert.deepEqual(await house.world.store.jobs.list('default', { after: null, limit: 9 }), []);
  await page.close();
});

test('a link to the page may be followed from anywhere, and the person is let in', {
  skip,
}, async () => {
  const page = await context.newPage();
  await page.goto(`http://evil.example:${portOf(elsewhere)}/`);
  await page.evaluate(
    `{ const link = document.createElement('a'); link.href = ${JSON.stringify(house.door.url)}; link.id = 'l'; link.textContent = 'dashboard'; document.body.append(link); }`,
  );
  await page.click('#l');
  // The cookie did not come along; the sign-in page comes again by itself, and then it does.
  await page.getByText('The page is not part of this build').waitFor();
  await page.close();
});

test('the honest page goes on working', { skip }, async () => {
  const page = await context.newPage();
  await page.goto(`${house.door.url}/sign-in.js`);
  const added = await page.evaluate(
    `fetch('/api/v1/jobs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(job))} }).then((one) => one.status)`,
  );
  assert.equal(added, 201);
  assert.equal((await house.world.store.jobs.list('default', { after: null, limit: 9 })).length, 1);
  await page.close();
});

/** What a browser gets that nobody let in: a page that says how to come in, and spends the link that it was opened with. */

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** @param tunnel the line that leads here from another machine, when that is known */
export const signInPage = (tunnel: string | null): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · cronkeeper</title>
<link rel="stylesheet" href="/sign-in.css">
<script type="module" src="/sign-in.js"></script>
</head>
<body>
<main>
<h1>cronkeeper</h1>
<p id="said" role="status">Nobody is let in without a link.</p>
<p>Whoever can read the home of cronkeeper on that machine gets a fresh link, valid once and for ten minutes, by typing there:</p>
<pre><code>cronkeeper dashboard link</code></pre>
${tunnel === null ? '' : `<p>From another machine, first open a tunnel:</p>\n<pre><code>${escaped(tunnel)}</code></pre>\n`}<p>Programs use a token instead: <code>cronkeeper dashboard token add NAME</code></p>
</main>
</body>
</html>
`;

export const signInStyle = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 40rem; margin: 12vh auto 0; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; }
pre { padding: 0.75rem 1rem; border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: 0.5rem; overflow-x: auto; }
code { font-family: ui-monospace, monospace; }
`;

/**
 * The link is behind the "#", so that it reaches no server and no log; it is taken out of the address before anything else. A browser
 * that was let in before but came by a link on another site did not send its cookie: then it only has to come again.
 */
export const signInScript = `const said = document.getElementById('said');
const again = () => location.replace(location.pathname + location.search);
const enter = async () => {
  const link = new URLSearchParams(location.hash.slice(1)).get('link');
  history.replaceState(null, '', location.pathname + location.search);
  if (link === null) {
    if ((await fetch('/api/v1/session')).ok) again();
    return;
  }
  said.textContent = 'Signing in …';
  const answer = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ link }),
  });
  if (answer.ok) again();
  else said.textContent = (await answer.json()).detail;
};
const tried = () => enter().catch(() => { said.textContent = 'The dashboard does not answer.'; });
addEventListener('hashchange', () => { if (location.hash !== '') tried(); });
tried();
`;

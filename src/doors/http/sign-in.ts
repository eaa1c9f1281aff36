/** What a browser gets that nobody let in: a page that says how to come in, and spends the link that it was opened with. */

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** The keeper's lamp. It burns for those who are let in. */
const lamp =
  '<svg width="44" height="44" viewBox="0 0 32 32" aria-hidden="true"><path d="M11 8.5 16 5l5 3.5M10.5 11h11l1.5 12h-14zM9 26h14"/></svg>';

/** @param tunnel the line that leads here from another machine, when that is known */
export const signInPage = (tunnel: string | null): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · cronkeeper</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sign-in.css">
<script type="module" src="/sign-in.js"></script>
</head>
<body>
<main>
${lamp}
<h1>cronkeeper</h1>
<p id="said" role="status">Nobody is let in without a link.</p>
<p>Whoever can read the home of cronkeeper on that machine gets a fresh link, valid once and for ten minutes, by typing there:</p>
<pre><code>cronkeeper dashboard link</code></pre>
${tunnel === null ? '' : `<p>From another machine, first open a tunnel:</p>\n<pre><code>${escaped(tunnel)}</code></pre>\n`}<p class="aside">Jobs run whether or not anybody is signed in. Programs use a token instead: <code>cronkeeper dashboard token add NAME</code></p>
</main>
</body>
</html>
`;

/** The colours are those of the page. */
export const signInStyle = `:root {
  color-scheme: light dark;
  background: light-dark(#f4f1ea, #0f121b);
  color: light-dark(#1b2030, #ebe8df);
  font: 15px/1.5 ui-sans-serif, system-ui, 'Segoe UI', 'Liberation Sans', sans-serif;
}
body { margin: 0; }
main { max-width: 30rem; margin: 14vh auto 0; padding: 0 1.5rem; }
svg { margin-left: -0.6rem; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
h1 { margin: 0.75rem 0 0; font-size: 1.6rem; letter-spacing: -0.02em; }
#said { margin-top: 0.25rem; font-weight: 600; }
.aside { color: light-dark(#575b68, #a3a9ba); }
pre {
  padding: 0.6rem 0.8rem;
  border: 1px solid light-dark(#ddd7c9, #2a3042);
  border-radius: 6px;
  background: light-dark(#fcfbf7, #161a26);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  user-select: all;
}
code { font-family: ui-monospace, 'Liberation Mono', monospace; font-size: 0.93em; }
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

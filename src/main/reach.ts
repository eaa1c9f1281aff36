import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { advice, Refusal } from '../core/refusal.ts';
import type { DashboardOptions } from '../doors/cli/host.ts';
import type { HttpDoorOptions } from '../doors/http/server.ts';

type Reach = HttpDoorOptions['reach'];

/**
 * How a dashboard is reached, from what was typed: from this machine only, by TLS, or through a proxy.
 *
 * @throws Refusal `usage` for half of it, or for files that cannot be used
 */
export function reachOf(
  options: Pick<DashboardOptions, 'cert' | 'key' | 'proxies' | 'origin'>,
): Reach {
  const { cert, key, proxies, origin } = options;
  const isProxied = proxies.length > 0 || origin !== null;
  if (isProxied && (cert !== null || key !== null))
    throw unusable('Behind a proxy, the proxy ends TLS.', 'Leave --cert and --key out.');
  if (isProxied) {
    if (proxies.length === 0 || origin === null)
      throw unusable('--proxy and --origin go together.', 'Name both.');
    return { kind: 'proxy', addresses: proxies, origin };
  }
  if (cert === null && key === null) return { kind: 'loopback' };
  if (cert === null || key === null)
    throw unusable('--cert and --key go together.', 'Name both files.');
  const certificate = readPem(cert, '--cert');
  return {
    kind: 'tls',
    key: readPem(key, '--key'),
    cert: certificate,
    names: namesIn(certificate),
  };
}

function readPem(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(`${flag}: ${path} cannot be read.`, 'Name a file in PEM form.', cause);
  }
}

/** The host names of a certificate; what stands for many names is none that a door can be known by. */
function namesIn(certificate: string): readonly string[] {
  try {
    const { subjectAltName = '' } = new X509Certificate(certificate);
    const names = subjectAltName.split(', ').filter((name) => /^DNS:[\w.-]+$/.test(name));
    return names.map((name) => name.slice('DNS:'.length));
  } catch (cause) {
    throw unusable('--cert: that is no certificate.', 'Name a file in PEM form.', cause);
  }
}

const unusable = (message: string, remedy: string, cause?: unknown): Refusal =>
  new Refusal('usage', message, { kind: 'usage', remedy: advice(remedy), cause });

import { advice, Refusal } from '../../core/refusal.ts';
import type { Premises } from './gatekeeper.ts';

/** How the door is reached, and what keeps others from listening. */
export type Reach =
  /** From this machine only, or through a tunnel to it. */
  | { readonly kind: 'loopback' }
  /** Key and certificate as PEM texts; `names` are the host names of the certificate that are used. */
  | {
      readonly kind: 'tls';
      readonly key: string;
      readonly cert: string;
      readonly names: readonly string[];
    }
  /** A proxy at one of these addresses ends TLS and is reached at `origin`, such as `https://cron.example`. */
  | { readonly kind: 'proxy'; readonly addresses: readonly string[]; readonly origin: string };

export const isLoopback = (host: string): boolean =>
  host === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host);

/** @throws Refusal when others could listen in on what goes through the door, or an address cannot be used */
export function refuseOpenBinding(host: string, reach: Reach): void {
  if (reach.kind === 'proxy' && !/^https:\/\/[^/?#@]+$/.test(reach.origin))
    throw unusable(`The origin of the proxy must be https://HOST, not "${reach.origin}".`);
  if (reach.kind === 'proxy' && reach.addresses.length === 0)
    throw unusable('The addresses of the trusted proxy must be named.');
  if (reach.kind !== 'loopback' || isLoopback(host)) return;
  throw unusable(
    `Listening on ${host} would let everybody between here and there read along: beyond this machine the dashboard needs TLS or a trusted proxy.`,
  );
}

const unusable = (message: string): Refusal =>
  new Refusal('address_unusable', message, {
    kind: 'usage',
    remedy: advice(
      'Leave it on 127.0.0.1 and come through a tunnel (ssh -L), or name a certificate and its key, or the address and the origin of your proxy.',
    ),
  });

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** Under which names a browser may know the door. Exact, with the port; a port that browsers leave out is left out too. */
export function premisesOf(host: string, port: number, reach: Reach): Premises {
  const scheme = reach.kind === 'tls' ? 'https' : 'http';
  const own = isLoopback(host) ? ['127.0.0.1', 'localhost', '::1'] : [host];
  const names = [...own, ...(reach.kind === 'tls' ? reach.names : [])];
  const hosts = names.flatMap((name) => {
    const whole = `${bracketed(name).toLowerCase()}:${port}`;
    return port === defaultPorts[scheme] ? [whole, bracketed(name).toLowerCase()] : [whole];
  });
  const origins = hosts.map((one) => `${scheme}://${one}`);
  if (reach.kind !== 'proxy') return { hosts: new Set(hosts), origins: new Set(origins) };
  const outside = reach.origin.toLowerCase();
  return {
    hosts: new Set([...hosts, outside.replace('https://', '')]),
    origins: new Set([...origins, outside]),
  };
}

/** Where a person opens the page. */
export function urlOf(host: string, port: number, reach: Reach): string {
  if (reach.kind === 'proxy') return reach.origin;
  if (reach.kind === 'tls') return `https://${bracketed(reach.names[0] ?? host)}:${port}`;
  return `http://${bracketed(host)}:${port}`;
}

import { BlockList, isIP } from 'node:net';

/** Addresses that lead into a machine or a network of somebody's own, or nowhere. */
const privateV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

/** Inside of the global range: tunnels to other addresses, documentation, and what is not routed. */
const privateV6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const closed = new BlockList();
for (const [net, bits] of privateV4) closed.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of privateV6) closed.addSubnet(net, bits, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');

/** Whether an address is one of the public network. */
function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  return family === 6 && globalV6.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

/** What a person has allowed besides the public network: addresses, networks as `192.168.1.0/24`, names of hosts. */
export type Allowed = { has(host: string, address: string): boolean };

/** @returns why not, of a word that is none of these */
export function readAllowed(
  words: readonly string[],
): { readonly allowed: Allowed } | { readonly why: string } {
  const nets = new BlockList();
  const hosts = new Set<string>();
  for (const word of words) {
    const [net = '', bits] = word.split('/');
    const family = isIP(net);
    const most = family === 4 ? 32 : 128;
    const length = bits === undefined ? most : Number(bits);
    if (family === 0 && bits === undefined && /^[a-z0-9._-]+$/i.test(word))
      hosts.add(word.toLowerCase());
    else if (family === 0 || !Number.isInteger(length) || length < 0 || length > most)
      return { why: `"${word}" is no address, network or host` };
    else nets.addSubnet(net, length, family === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    allowed: {
      has: (host, address) =>
        hosts.has(host.toLowerCase()) || nets.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'),
    },
  };
}

/** Whether a message may go to this address of this host. */
export const mayReach = (allowed: Allowed, host: string, address: string): boolean =>
  isPublic(address) || allowed.has(host, address);

/** The name or address in a URL, without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** Names that mean this machine wherever they are asked. */
export const isOwnName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);

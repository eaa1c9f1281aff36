/**
 * Which addresses may be reached: those of the public network, and what a person has allowed besides.
 *
 * Addresses are compared as numbers, never as texts: one address has many spellings.
 */
type Address = { readonly family: 4 | 6; readonly value: bigint };
type Net = Address & { readonly bits: number };

const bitsOf = { 4: 32, 6: 128 } as const;
const mappedPrefix = 0xffffn << 32n;

/** Reads an address as resolvers write it. Null for anything else: other spellings, and addresses with a zone. */
function parseAddress(text: string): Address | null {
  const v4 = parseV4(text);
  if (v4 !== null) return { family: 4, value: v4 };
  const v6 = parseV6(text);
  return v6 === null ? null : { family: 6, value: v6 };
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null;
  const bytes = parts.map(Number);
  if (bytes.some((byte) => byte > 255)) return null;
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half) => (half === '' ? [] : groupsOf(half)));
  if (head === undefined || head === null || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  // Two colons stand for at least one group.
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** Groups of 16 bits; the last two may be written as an address of version 4. */
function groupsOf(text: string): readonly number[] | null {
  const words = text.split(':');
  const groups: number[] = [];
  for (const [index, word] of words.entries()) {
    const v4 = index === words.length - 1 ? parseV4(word) : null;
    if (v4 !== null) groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(Number.parseInt(word, 16));
    else return null;
  }
  return groups;
}

function parseNet(text: string): Net | null {
  const [, start = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = parseAddress(start);
  if (address === null) return null;
  const most = bitsOf[address.family];
  const bits = length === undefined ? most : Number(length);
  return bits > most ? null : { ...address, bits };
}

function isWithin(address: Address, net: Net): boolean {
  const rest = BigInt(bitsOf[net.family] - net.bits);
  return address.family === net.family && address.value >> rest === net.value >> rest;
}

/** The address of version 4 that one of version 6 is only another spelling of. */
function unmapped(address: Address): Address {
  const isMapped = address.family === 6 && (address.value >> 32n) << 32n === mappedPrefix;
  return isMapped ? { family: 4, value: address.value & 0xffff_ffffn } : address;
}

/** Networks written in this file, read when they are first asked for. */
function nets(texts: string): () => readonly Net[] {
  let read: readonly Net[] | null = null;
  return () => {
    read ??= texts
      .split(/\s+/)
      .map(parseNet)
      .filter((net) => net !== null);
    return read;
  };
}

/** Addresses that lead into a machine or a network of somebody's own, or nowhere. */
const privateV4 = nets(
  `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24
  192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4`,
);

/** Of version 6 only the global range is public at all. Within it: tunnels to other addresses, documentation, and what is not routed. */
const globalV6 = nets('2000::/3');
const privateV6 = nets('2001::/23 2001:db8::/32 2002::/16 3fff::/20');

/**
 * Where clouds answer a machine about itself, often with its credentials. One of them is an address of the public network. They are
 * open only to who names exactly them: a name that leads there, or a network around them, was meant for something else.
 */
const metadata = nets(
  `169.254.169.254 169.254.170.2 169.254.170.23 168.63.129.16 100.100.100.200 192.0.0.192
  fd00:ec2::254 fd00:ec2::23 fd20:ce::254`,
);

const isOneOf = (address: Address, list: () => readonly Net[]): boolean =>
  list().some((net) => isWithin(address, net));

function isPublic(address: Address): boolean {
  if (isOneOf(address, metadata)) return false;
  if (address.family === 4) return !isOneOf(address, privateV4);
  return isOneOf(address, globalV6) && !isOneOf(address, privateV6);
}

/** Where a connection would go: an address, the name that led there, and the port. */
export type Place = { readonly host: string; readonly address: string; readonly port: number };

/** What a person has allowed besides the public network. */
export type Allowed = {
  /** As they were written. */
  readonly words: readonly string[];
  has(place: Place): boolean;
};

type Entry =
  | { readonly kind: 'host'; readonly host: string; readonly port: number | null }
  | { readonly kind: 'net'; readonly net: Net; readonly port: number | null };

/**
 * Reads what a person allows: an address, a network as `192.168.1.0/24`, the exact name of a host; addresses and names also with a
 * port, as `nas.local:8080` and `[fd00::5]:443`.
 *
 * @returns why not, of a word that is none of these
 */
export function readAllowed(
  words: readonly string[],
): { readonly allowed: Allowed } | { readonly why: string } {
  const entries: Entry[] = [];
  for (const word of words) {
    const entry = parseEntry(word);
    if (entry === null) return { why: `"${word}" is no address, network or host` };
    entries.push(entry);
  }
  return { allowed: { words, has: (place) => entries.some((entry) => opens(entry, place)) } };
}

function parseEntry(word: string): Entry | null {
  const whole = parseNet(word);
  if (whole !== null) return { kind: 'net', net: whole, port: null };
  const [, bracketed, plain = '', digits] =
    /^(?:\[([^\]]*)\]|([a-z0-9._-]+))(?::(\d{1,5}))?$/i.exec(word) ?? [];
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  const net = parseNet(bracketed ?? plain);
  if (net !== null) return { kind: 'net', net, port };
  // A name that ends in a number would be read as an address wherever it is used, and never be met as a name.
  if (plain === '' || /(^|\.)(\d+|0x[0-9a-f]*)\.?$/i.test(plain)) return null;
  return { kind: 'host', host: nameOf(plain), port };
}

function opens(entry: Entry, place: Place): boolean {
  const address = parseAddress(place.address);
  if (address === null || (entry.port !== null && entry.port !== place.port)) return false;
  const meant = unmapped(address);
  const isMetadata = isOneOf(meant, metadata);
  if (entry.kind === 'host') return !isMetadata && entry.host === nameOf(place.host);
  if (isMetadata && entry.net.bits !== bitsOf[entry.net.family]) return false;
  return isWithin(meant, entry.net) || isWithin(address, entry.net);
}

/** Names ignore case, and a dot at the end. */
const nameOf = (host: string): string => host.toLowerCase().replace(/\.$/, '');

/** Whether a connection may be made. An address that cannot be read leads nowhere. */
export function mayReach(allowed: Allowed, place: Place): boolean {
  const address = parseAddress(place.address);
  return address !== null && (isPublic(address) || allowed.has(place));
}

/** The narrowest entry that allows this place: the one to tell a person. */
export function entryFor({ host, address, port }: Place): string {
  const parsed = parseAddress(address);
  const isMetadata = parsed !== null && isOneOf(unmapped(parsed), metadata);
  const name = isMetadata ? address : nameOf(host);
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** Whether a text is an address, and not a name to be asked for. */
export const isAddress = (text: string): boolean => parseAddress(text) !== null;

/** The name or address in a URL, without the brackets of an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The port that a URL means. */
export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** Names that mean this machine wherever they are asked. */
export const isOwnName = (host: string): boolean => /(^|\.)localhost\.?$/i.test(host);

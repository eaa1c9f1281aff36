/** What Hermes itself writes about its gateway. Everything in it may be old; only living processes count. */
export type GatewayRecord = {
  readonly pid: number;
  /** Clock ticks since boot on Linux, hundredths of a second since 1970 elsewhere; null when it is not told. */
  readonly startTime: number | null;
};

/** `gateway.pid` or `gateway.lock`; null when it holds no such record. */
export function parseGatewayRecord(text: string | null): GatewayRecord | null {
  const record = parseObject(text);
  const pid = numberIn(record, 'pid');
  return pid === null || pid < 1 ? null : { pid, startTime: numberIn(record, 'start_time') };
}

/** A record of the newest versions: one process for a whole user, `host-gateway.json` and the like. */
export type HostRecord = {
  readonly pid: number;
  /** Seconds since 1970. */
  readonly createTime: number | null;
  readonly port: number | null;
  readonly home: string | null;
  readonly profiles: readonly string[];
};

export function parseHostRecord(text: string | null): HostRecord | null {
  const record = parseObject(text);
  const pid = numberIn(record, 'pid');
  if (record === null || pid === null || pid < 1) return null;
  const home = Reflect.get(record, 'home');
  return {
    pid,
    createTime: numberIn(record, 'createTime'),
    port: numberIn(record, 'port'),
    home: typeof home === 'string' ? home : null,
    profiles: textsIn(record, 'profiles'),
  };
}

/** The profiles that one gateway serves besides its own, from its `gateway_state.json`. */
export const parseServedProfiles = (text: string | null): readonly string[] =>
  textsIn(parseObject(text), 'served_profiles');

function parseObject(text: string | null): object | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function numberIn(record: object | null, name: string): number | null {
  const value: unknown = record === null ? null : Reflect.get(record, name);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textsIn(record: object | null, name: string): readonly string[] {
  const value: unknown = record === null ? null : Reflect.get(record, name);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

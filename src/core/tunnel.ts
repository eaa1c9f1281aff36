/**
 * The line with which somebody who came by SSH reaches a port of this machine from their own: to be typed there, not here.
 *
 * @param connection `SSH_CONNECTION`: address and port of the client, then of the server
 * @returns null when that says nothing usable
 */
export function tunnelLine(
  connection: string | undefined,
  user: string,
  port: number,
): string | null {
  const [, , address = '', sshPort = ''] = (connection ?? '').trim().split(/\s+/);
  if (!/^[0-9a-fA-F:.]+(%[\w.-]+)?$/.test(address) || !/^\d{1,5}$/.test(sshPort)) return null;
  if (!/^[\w.-]+$/.test(user)) return null;
  const other = sshPort === '22' ? '' : ` -p ${sshPort}`;
  return `ssh -N -L ${port}:127.0.0.1:${port}${other} ${user}@${address}`;
}

/** The port of an address such as `http://127.0.0.1:8787`, null when it names none. */
export function portOf(url: string): number | null {
  const port = /^https?:\/\/[^/]+:(\d{1,5})(\/|$)/.exec(url)?.[1];
  return port === undefined ? null : Number(port);
}

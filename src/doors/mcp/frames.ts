import { Transform } from 'node:stream';
import { ProtocolErrorCode, parseJSONRPCMessage } from '@modelcontextprotocol/server';

export type FrameFault = { readonly code: number; readonly message: string };

/**
 * Lets messages of the protocol through, one a line, and names the fault of every other line, which is dropped. The library behind it
 * would say nothing to a line that is no message, and would hang up at one that is too long.
 */
export function onlyMessages(limitBytes: number, refuse: (fault: FrameFault) => void): Transform {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  const keep = (part: Buffer): void => {
    sizeBytes += part.length;
    if (sizeBytes <= limitBytes) parts.push(part);
    else parts = [];
  };
  const take = (): string | null => {
    const line = Buffer.concat(parts).toString('utf8').trim();
    const fault = sizeBytes > limitBytes ? tooLong(limitBytes) : faultOf(line);
    parts = [];
    sizeBytes = 0;
    if (fault === null) return line === '' ? null : `${line}\n`;
    refuse(fault);
    return null;
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let begin = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, begin)) {
        keep(chunk.subarray(begin, end));
        const line = take();
        if (line !== null) this.push(line);
        begin = end + 1;
      }
      keep(chunk.subarray(begin));
      done();
    },
  });
}

const tooLong = (limitBytes: number): FrameFault => ({
  code: ProtocolErrorCode.InvalidRequest,
  message: `A message has ${limitBytes} bytes at most.`,
});

function faultOf(line: string): FrameFault | null {
  if (line === '') return null;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { code: ProtocolErrorCode.ParseError, message: 'This line is no JSON.' };
  }
  try {
    parseJSONRPCMessage(value);
    return null;
  } catch {
    const message = 'This is no JSON-RPC 2.0 message: one object a line, with jsonrpc and method.';
    return { code: ProtocolErrorCode.InvalidRequest, message };
  }
}

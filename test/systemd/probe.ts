import { makeClock } from '../../src/adapters/host/clock.ts';
import { makeProvenanceProbe } from '../../src/adapters/provenance/probe.ts';

/** Prints the provenance of its own process, and how long the probe took, as one line of JSON. */
const clock = makeClock();
const before = performance.now();
const provenance = await makeProvenanceProbe({ clock, machineId: 'm', records: () => [] }).probe(
  'runner',
);
const probeMs = performance.now() - before;
process.stdout.write(`${JSON.stringify({ provenance, probeMs })}\n`);

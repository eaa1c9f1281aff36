/**
 * Loads one file of the project sabotaged: `SABOTAGE="name" node --import ./test/sabotage/load.ts TEST`.
 * Nothing is written; the module is changed while it is read.
 */
import { registerHooks } from 'node:module';
import { sabotageNamed } from './list.ts';
import { sabotaged } from './sabotage.ts';

const chosen = sabotageNamed(process.env['SABOTAGE'] ?? '');
const target = new URL(`../../${chosen.file}`, import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== target || loaded.source === undefined || loaded.source === null) return loaded;
    const text =
      typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: sabotaged(chosen, text) };
  },
});

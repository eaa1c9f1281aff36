import type { OpenApi } from './openapi-shape.ts';

/**
 * The text of a module that speaks the API: one function for each operation of the document, which takes the fields of its path, query
 * and body in one object. Made of the document and nothing else, as anybody could make it.
 */
export function clientOf(document: OpenApi): string {
  const calls: string[] = [];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, one] of Object.entries(item)) {
      const parameters = (one.parameters ?? []).map((each) =>
        '$ref' in each ? document.components.parameters[each.$ref.split('/').at(-1) ?? ''] : each,
      );
      const named = (place: string): readonly string[] =>
        parameters.flatMap((each) => (each?.in === place ? each.name : []));
      const fields = JSON.stringify({
        path: named('path'),
        query: named('query'),
        header: named('header'),
      });
      calls.push(
        `    ${JSON.stringify(one.operationId)}: (fields = {}) => call(${JSON.stringify(method.toUpperCase())}, ${JSON.stringify(path)}, ${fields}, ${one.requestBody !== undefined}, fields),`,
      );
    }
  }
  return `export function makeClient(url, token) {
  async function call(method, path, known, hasBody, fields) {
    const rest = { ...fields };
    const take = (name) => { const value = rest[name]; delete rest[name]; return value; };
    const whole = path.replace(/\\{(\\w+)\\}/g, (_, name) => encodeURIComponent(take(name)));
    const query = new URLSearchParams();
    for (const name of known.query) {
      const value = take(name);
      for (const one of value === undefined ? [] : [value].flat()) query.append(name, String(one));
    }
    const headers = { authorization: 'Bearer ' + token };
    for (const name of known.header) { const value = take(name); if (value !== undefined) headers[name] = String(value); }
    if (hasBody) headers['content-type'] = 'application/json';
    const answer = await fetch(url + whole + (query.size > 0 ? '?' + query : ''), { method, headers, ...(hasBody ? { body: JSON.stringify(rest) } : {}) });
    const body = (answer.headers.get('content-type') ?? '').includes('json') ? await answer.json() : await answer.text();
    if (!answer.ok) throw Object.assign(new Error(body.detail), body);
    return body;
  }
  return {
${calls.join('\n')}
  };
}
`;
}

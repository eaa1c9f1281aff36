import { isSyntax, type Syntax } from './syntax.ts';

/** A change of one stretch of text. */
export type Change = {
  readonly start: number;
  readonly end: number;
  readonly put: string;
  readonly what: string;
};

type Operator = (node: Syntax, source: string) => readonly Change[];

const swaps: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<<': ['>>'],
  '>>>': ['<<'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '+=': ['-='],
  '-=': ['+='],
  '*=': ['/='],
  '%=': ['*='],
  '&=': ['|='],
  '|=': ['&='],
};

const methods: Readonly<Record<string, string>> = {
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  toLowerCase: 'toUpperCase',
  toUpperCase: 'toLowerCase',
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  find: 'findLast',
};

/** Methods without which a chain goes on with what it had. */
const droppable = new Set(['trim', 'sort', 'filter', 'slice', 'reverse', 'replace', 'padStart']);

const whole = (node: Syntax, put: string, what: string): Change => ({
  start: node.start,
  end: node.end,
  put,
  what,
});

function childOf(node: Syntax, name: string): Syntax | null {
  const child = node[name];
  return isSyntax(child) ? child : null;
}

/** Between its two sides stands the operator. */
function swapped(node: Syntax, source: string): readonly Change[] {
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  const sign = String(node['operator']);
  if (left === null || right === null) return [];
  const at = source.indexOf(sign, left.end);
  if (sign === '+' && [left, right].some(isText)) return [];
  return (swaps[sign] ?? []).map((put) => ({
    start: at,
    end: at + sign.length,
    put,
    what: `${sign} → ${put}`,
  }));
}

const isText = (node: Syntax): boolean =>
  node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node['value'] === 'string');

function decided(node: Syntax): readonly Change[] {
  const test = childOf(node, 'test');
  if (test === null) return [];
  return ['true', 'false'].map((put) => whole(test, put, `condition → ${put}`));
}

function endless(node: Syntax): readonly Change[] {
  const test = childOf(node, 'test');
  return test === null ? [] : [whole(test, 'false', 'loop condition → false')];
}

function literal(node: Syntax): readonly Change[] {
  const { value } = node;
  if (typeof value === 'boolean') return [whole(node, String(!value), `${value} → ${!value}`)];
  if (typeof value === 'string')
    return [
      whole(node, value === '' ? "'mutated'" : "''", value === '' ? 'text filled' : 'text emptied'),
    ];
  if (typeof value === 'number') return [whole(node, String(value + 1), `${value} → ${value + 1}`)];
  const regex = node['regex'];
  return typeof regex === 'object' && regex !== null ? patterns(node, regex) : [];
}

const patternChanges: readonly (readonly [RegExp, string, string])[] = [
  [/^\^/g, '', '^ removed'],
  [/(?<!\\)\$$/g, '', '$ removed'],
  [/\\d/g, '\\D', '\\d → \\D'],
  [/\\s/g, '\\S', '\\s → \\S'],
  [/\\S/g, '\\s', '\\S → \\s'],
  [/\\b/g, '\\B', '\\b → \\B'],
  [/(?<!\\)\[(?!\^)/g, '[^', '[ → [^'],
  [/\[\^/g, '[', '[^ → ['],
  [/(?<=[\])}a-z])\+/g, '', '+ removed'],
  [/(?<=[\])a-z])\*/g, '', '* removed'],
  [/(?<=[\])a-z. ])\?(?![:=!<])/g, '', '? removed'],
  [/(?<=[\])a-z.])\{[\d,]+\}/g, '', 'repetition removed'],
];

function patterns(node: Syntax, regex: object): readonly Change[] {
  const text = 'pattern' in regex ? String(regex.pattern) : '';
  const flags = 'flags' in regex ? String(regex.flags) : '';
  const changes = patternChanges.flatMap(([find, put, what]) =>
    [...text.matchAll(find)].map((match) => ({
      start: node.start + 1 + match.index,
      end: node.start + 1 + match.index + match[0].length,
      put,
      what: `pattern: ${what}`,
    })),
  );
  if (!flags.includes('i')) return changes;
  const at = node.end - flags.length;
  const rest = flags.replace('i', '');
  return [...changes, { start: at, end: node.end, put: rest, what: 'pattern: i removed' }];
}

const template: Operator = (node, source) =>
  node.end - node.start > 2 && source[node.start] === '`'
    ? [whole(node, '``', 'text emptied')]
    : [];

function unary(node: Syntax): readonly Change[] {
  const sign = String(node['operator']);
  const end = node.start + sign.length;
  if (sign === '!') return [{ start: node.start, end, put: '', what: '! removed' }];
  if (sign === '-') return [{ start: node.start, end, put: '+', what: '- → +' }];
  return [];
}

const emptied = (name: string, put: string): Operator => {
  return (node) => {
    const parts = node[name];
    return Array.isArray(parts) && parts.length > 0
      ? [whole(node, put, `${put} for its content`)]
      : [];
  };
};

const removed: Operator = (node) => [whole(node, ';', 'statement removed')];

const assignment: Operator = (node, source) => swapped(node, source);

function arrow(node: Syntax): readonly Change[] {
  const body = childOf(node, 'body');
  return body === null || body.type === 'BlockStatement'
    ? []
    : [whole(body, '(undefined as never)', 'answer → undefined')];
}

function call(node: Syntax, source: string): readonly Change[] {
  const callee = childOf(node, 'callee');
  if (callee === null || callee.type !== 'MemberExpression') return [];
  const property = childOf(callee, 'property');
  const object = childOf(callee, 'object');
  const name = typeof property?.['name'] === 'string' ? property['name'] : '';
  if (property === null || object === null) return [];
  const other = methods[name];
  if (other !== undefined) return [whole(property, other, `${name} → ${other}`)];
  if (!droppable.has(name)) return [];
  return [whole(node, source.slice(object.start, object.end), `${name} removed`)];
}

const member: Operator = (node, source) => {
  const object = childOf(node, 'object');
  const at = object === null ? -1 : source.indexOf('?.', object.end);
  if (node['optional'] !== true || at < 0 || at >= node.end) return [];
  const put = source[at + 2] === '[' ? '' : '.';
  return [{ start: at, end: at + 2, put, what: '?. → .' }];
};

/** Which changes a kind of node allows. */
export const operators: Readonly<Record<string, readonly Operator[]>> = {
  BinaryExpression: [swapped],
  LogicalExpression: [swapped],
  AssignmentExpression: [assignment],
  UnaryExpression: [unary],
  Literal: [literal],
  TemplateLiteral: [template],
  IfStatement: [decided],
  ConditionalExpression: [decided],
  WhileStatement: [endless],
  ForStatement: [endless],
  BlockStatement: [emptied('body', '{}')],
  ArrayExpression: [emptied('elements', '[]')],
  ObjectExpression: [emptied('properties', '{}')],
  ArrowFunctionExpression: [arrow],
  CallExpression: [call],
  MemberExpression: [member],
  ExpressionStatement: [removed],
  ContinueStatement: [removed],
  BreakStatement: [removed],
  ThrowStatement: [removed],
};

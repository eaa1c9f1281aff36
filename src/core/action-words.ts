import type { Action } from './job.ts';
import { shellLine } from './shell-word.ts';

const longestWords = 200;

/** What a job does, in one line that a person recognises: the line as typed, `ask claude: …` or `GET https://…`. */
export function actionWords(action: Action): string {
  switch (action.kind) {
    case 'command':
      return action.shell ? (action.argv[0] ?? '') : shellLine(action.argv);
    case 'agent':
      return `ask ${action.agent}: ${firstLine(action.prompt)}`;
    case 'http':
      return `${action.method} ${action.url}`;
  }
}

/** Everything of it that a person would search for. */
export function searchedTexts(action: Action): readonly string[] {
  switch (action.kind) {
    case 'command':
      return action.argv;
    case 'agent':
      return [action.prompt, action.agent, action.model ?? ''];
    case 'http':
      return [action.method, action.url];
  }
}

function firstLine(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n', 1);
  const letters = [...line];
  return letters.length > longestWords ? `${letters.slice(0, longestWords).join('')}…` : line;
}

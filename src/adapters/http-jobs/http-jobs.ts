import { type Allowed, readAllowed } from '../../core/address.ts';
import {
  closedAddress,
  httpFailed,
  judgeHead,
  notReached,
  unanswered,
} from '../../core/http-report.ts';
import { firstRequest, type HttpRequest, nextRequest } from '../../core/http-request.ts';
import type { HttpWork, WorkReport } from '../../core/work.ts';
import type { Network, NetworkAnswer } from '../../ports/network.ts';
import type { WorkWorld } from '../../ports/work.ts';
import { readBody } from './answer-body.ts';
import { makeOutput, type Output } from './output.ts';

const mostRedirects = 5;

/**
 * Does the work of an HTTP job: asks, follows where it may, and writes the answer. Whatever a server does is an answer; a request that may
 * have changed something and was not answered wholly is `unknown`, and is never sent again from here.
 */
export async function runHttpWork(
  work: HttpWork,
  world: WorkWorld,
  network: Network,
): Promise<WorkReport> {
  const output = makeOutput(world);
  const report = await judged(work, world, network, output);
  output.end(report.message);
  return { ...report, message: report.message === null ? null : output.clean(report.message) };
}

async function judged(
  work: HttpWork,
  world: WorkWorld,
  network: Network,
  output: Output,
): Promise<WorkReport> {
  const read = readAllowed(work.allow);
  if ('why' in read) return httpFailed('address_refused', `What it may reach: ${read.why}.`);
  const first = firstRequest(work, world.env);
  if ('missing' in first)
    return httpFailed('secret_missing', `The run was not given ${first.missing}.`);
  if ('wrong' in first)
    return httpFailed(
      'request_malformed',
      `With its secret, the header ${first.wrong} has a line break or a letter beyond Latin-1.`,
    );
  return follow({ work, world, network, output, allowed: read.allowed }, first.request);
}

type Errand = {
  readonly work: HttpWork;
  readonly world: WorkWorld;
  readonly network: Network;
  readonly output: Output;
  readonly allowed: Allowed;
};

async function follow(errand: Errand, first: HttpRequest): Promise<WorkReport> {
  let asked = first;
  for (let hops = 0; ; hops += 1) {
    try {
      const next = await step(errand, asked, hops);
      if ('result' in next) return next;
      asked = next;
    } catch (error) {
      // It may have come after the request left.
      const fault = error instanceof Error ? error.message : String(error);
      return unanswered(asked, 'http_unanswered', `A fault of our own came between: ${fault}`);
    }
  }
}

/** Asks once. What it answers is where to ask next, or how it ended. */
async function step(
  errand: Errand,
  request: HttpRequest,
  hops: number,
): Promise<WorkReport | HttpRequest> {
  const { work, world, network, output, allowed } = errand;
  const answer = await network.ask(request, allowed, world.signal);
  if (answer.kind === 'closed') return closedAddress(request, answer.place);
  if (answer.kind === 'not-sent') return notReached(request, 'http_unreachable', answer.cause);
  if (answer.kind === 'lost') return unanswered(request, 'http_unanswered', answer.cause);
  // The address of the job is shown as it is written there, before its secrets.
  output.head(request.method, hops === 0 ? work.url : request.url.href, answer.head);
  const verdict = judgeHead(request, work.expect, headOf(answer), world.now());
  const next =
    verdict.result === 'succeeded'
      ? null
      : nextRequest(request, answer.head.status, answer.head.headers['location']);
  if (next === null) return take(errand, request, answer, verdict);
  answer.close();
  if (next.why !== null) return notReached(next.request, 'http_status', next.why);
  if (hops === mostRedirects)
    return notReached(
      next.request,
      'http_status',
      `It redirects more than ${mostRedirects} times.`,
    );
  return next.request;
}

type Answered = Extract<NetworkAnswer, { kind: 'answered' }>;

const headOf = ({ head }: Answered) => ({
  status: head.status,
  retryAfter: head.headers['retry-after'],
});

/** Reads the last answer. What its head says of a failure holds, however much of the rest comes. */
async function take(
  { work, output }: Errand,
  request: HttpRequest,
  answer: Answered,
  verdict: WorkReport,
): Promise<WorkReport> {
  const encoding = answer.head.headers['content-encoding'] ?? '';
  const end = await readBody(answer.body, encoding, work.maxBytes, output.body);
  answer.close();
  if (verdict.result !== 'succeeded') return verdict;
  switch (end) {
    case 'whole':
      return verdict;
    case 'unreadable':
      return { ...verdict, message: `The answer is encoded as ${encoding}, which is not shown.` };
    case 'too-large':
      return unanswered(request, 'too_large', `The answer is larger than ${work.maxBytes} bytes.`);
    case 'cut':
      return unanswered(request, 'http_unanswered', 'The connection ended before the answer did.');
  }
}

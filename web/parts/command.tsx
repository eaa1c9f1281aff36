import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import type { Remedy } from '../http.ts';
import { announce } from './toast.tsx';

/** A command that can be typed as it is, with a button that copies it. */
export function Command({
  text,
  onAlarm = false,
}: {
  readonly text: string;
  readonly onAlarm?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    // Without TLS there is no clipboard; the text can be selected by hand.
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    announce('Copied');
    setTimeout(() => setCopied(false), 2_000);
  };
  const colours = onAlarm ? 'border-on-alarm/40 bg-black/25 text-on-alarm' : 'border-line bg-paper';
  return (
    <span className={`inline-flex max-w-full items-stretch rounded-box border ${colours}`}>
      <code className="px-2 py-1 whitespace-pre-wrap select-all [overflow-wrap:anywhere]">
        {text}
      </code>
      <button
        type="button"
        className="shrink-0 border-l border-inherit px-2 hover:opacity-70"
        aria-label={`Copy ${text}`}
        onClick={() => void copy()}
      >
        {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
      </button>
    </span>
  );
}

/** What to do now: a command, or advice in words. */
export function RemedyLine({
  remedy,
  onAlarm = false,
}: {
  readonly remedy: Remedy;
  readonly onAlarm?: boolean;
}) {
  return remedy.kind === 'command' ? (
    <Command text={remedy.text} onAlarm={onAlarm} />
  ) : (
    <span className="text-pretty">{remedy.text}</span>
  );
}

import type { ReactNode } from 'react';

/** A place with nothing in it teaches what will be here and how it gets here. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <section className="mx-auto my-10 max-w-lg rounded-lg border border-dashed border-edge px-6 py-8">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mt-2 space-y-2 text-pretty text-soft">{children}</div>
      {action !== undefined && <div className="mt-5 flex flex-wrap gap-2">{action}</div>}
    </section>
  );
}

/** While the first answer is on its way. Said once, for those who do not see it. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div role="status" className="space-y-2 py-4">
      <span className="sr-only">Loading {what}</span>
      {['w-11/12', 'w-9/12', 'w-10/12', 'w-7/12'].map((width) => (
        <div key={width} className={`h-9 animate-pulse rounded-box bg-line/60 ${width}`} />
      ))}
    </div>
  );
}

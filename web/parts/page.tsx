import { type ReactNode, useEffect, useRef } from 'react';

/** The head of a page: what it is, in a line what matters on it, and its acts. A new page takes the focus to its title. */
export function PageHead({
  title,
  eyebrow,
  children,
  actions,
}: {
  readonly title: string;
  readonly eyebrow?: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · cronkeeper`;
  }, [title]);
  useEffect(() => {
    // Not on the first page, and not away from a field that took it.
    const isTaken = document.activeElement?.closest('input, textarea, dialog, [role=menu]');
    if (document.activeElement !== document.body && !isTaken) heading.current?.focus();
  }, []);
  return (
    <header className="mb-4">
      {eyebrow !== undefined && <div className="eyebrow mb-0.5">{eyebrow}</div>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2">
        <h1
          ref={heading}
          tabIndex={-1}
          className="min-w-0 text-[1.65rem] leading-tight font-semibold tracking-tight outline-none [overflow-wrap:anywhere]"
        >
          {title}
        </h1>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children !== undefined && <div className="mt-1 text-soft">{children}</div>}
    </header>
  );
}

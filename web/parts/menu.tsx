import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';

/** A button that opens a list of acts. Not modal: the modal form writes a style sheet into the page, which its policy forbids. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 rounded-box border border-line bg-raised p-1 text-ink shadow-xl"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const itemClass =
  'flex cursor-pointer items-center gap-2 rounded px-2.5 py-1.5 outline-none data-[highlighted]:bg-lamp data-[highlighted]:text-on-lamp data-[disabled]:opacity-50';

export function MenuItem({
  children,
  onChoose,
  danger = false,
  disabled = false,
}: {
  readonly children: ReactNode;
  readonly onChoose: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}) {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onChoose}
      className={`${itemClass} ${danger ? 'text-bad' : ''}`}
    >
      {children}
    </DropdownMenu.Item>
  );
}

/** One of several, with the present one marked. */
export function MenuChoice({
  value,
  options,
  onChoose,
}: {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly onChoose: (value: string) => void;
}) {
  return (
    <DropdownMenu.RadioGroup value={value} onValueChange={onChoose}>
      {options.map((option) => (
        <DropdownMenu.RadioItem key={option.value} value={option.value} className={itemClass}>
          <span className="w-3" aria-hidden>
            <DropdownMenu.ItemIndicator>•</DropdownMenu.ItemIndicator>
          </span>
          {option.words}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
export const MenuTitle = ({ children }: { readonly children: ReactNode }) => (
  <DropdownMenu.Label className="eyebrow px-2.5 py-1">{children}</DropdownMenu.Label>
);

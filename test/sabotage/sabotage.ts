/** A protection taken away on purpose. If no test turns red, the tests are blind there, and that is a finding about them. */
export type Sabotage = {
  /** What is taken away, in words; also the name by which it is chosen. */
  readonly name: string;
  /** A file of the project, and text that stands in it exactly once. */
  readonly file: string;
  readonly find: string;
  /** What stands there instead. */
  readonly put: string;
  /** The test that must turn red. */
  readonly by: TestRun;
};

export type TestRun = {
  /** A test file. It runs in a process of its own. */
  readonly file: string;
  /** Only tests whose name matches (`--test-name-pattern`). */
  readonly pattern?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What the failure must say, so that a program which does not even load is not taken for a test that saw something. */
  readonly red: RegExp;
  /** The test uses the built program (journeys, torture): a sabotaged copy is built for it. */
  readonly usesProgram?: boolean;
  /** How long it may take to turn red; 120 s unless told. */
  readonly withinMs?: number;
};

/** The sabotaged text of the file. @throws when the text to replace is not there exactly once: the sabotage went stale */
export function sabotaged({ name, file, find, put }: Sabotage, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2)
    throw new Error(
      `sabotage "${name}": the text to replace stands ${parts.length - 1} times in ${file}`,
    );
  return parts.join(put);
}

/** One setting of `config.yaml`, with its value in force. */
export type Setting = {
  readonly name: string;
  readonly value: string | number | boolean | null;
  readonly isDefault: boolean;
  readonly unit: string;
  readonly summary: string;
};

export type Settings = {
  /** Where they are kept. */
  readonly path: string;
  list(): Promise<readonly Setting[]>;
  /** One by its name, also where people choose the name themselves and nobody set it yet; null when there is none. */
  find(name: string): Promise<Setting | null>;
  /** Keeps comments and order of the file. @throws Refusal `setting_unknown` or `usage` */
  set(name: string, text: string): Promise<Setting>;
};

/** What a tool answers a model. */
export type ToolResult = { readonly text: string; readonly isError: boolean };

/** A tool that did not do what it was asked says why. */
export const refused = (text: string): ToolResult => ({ text, isError: true });

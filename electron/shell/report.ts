/** Tells whoever reads the app's standard error: a terminal, a journal of the system. One line per fact. */
export function report(message: string, cause?: unknown): void {
  const detail =
    cause === undefined ? '' : `: ${cause instanceof Error ? (cause.stack ?? cause.message) : JSON.stringify(cause)}`;
  process.stderr.write(`pullthrough: ${message}${detail}\n`);
}

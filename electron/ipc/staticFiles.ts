import { readFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The window's files, for every transport that serves them, with the headers that keep it closed: nothing is
 * loaded from elsewhere, nothing inline runs, no other page frames it, no type is guessed.
 */
export interface StaticAnswer {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Answers for paths below `directory`; `pathname` comes from a URL, still percent-encoded. */
export async function readStatic(directory: string, pathname: string): Promise<StaticAnswer> {
  const file = fileFor(directory, pathname);
  const type = file === null ? undefined : types[path.extname(file)];
  if (file === null || type === undefined) return notFound;
  try {
    const body = await readFile(file);
    return { status: 200, headers: { ...securityHeaders, 'content-type': type, 'cache-control': 'no-store' }, body };
  } catch {
    // Absent, a folder or unreadable: to a window all of them are a file that is not there.
    return notFound;
  }
}

const notFound: StaticAnswer = {
  status: 404,
  headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' },
  body: Buffer.from('Not found\n'),
};

function fileFor(directory: string, pathname: string): string | null {
  try {
    const decoded = decodeURIComponent(pathname);
    if (decoded.includes('\0')) return null;
    const file = path.resolve(directory, `.${decoded === '/' ? '/index.html' : decoded}`);
    return file.startsWith(path.resolve(directory) + path.sep) ? file : null;
  } catch {
    return null; // not percent-encoded text
  }
}

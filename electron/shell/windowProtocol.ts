import { protocol } from 'electron';
import { readStatic } from '../ipc/staticFiles';

/** The window's own address: no `file:` rights, one origin that messages can be checked against. */
export const windowOrigin = 'app://pullthrough';
export const windowAddress = `${windowOrigin}/index.html`;

/** Has to run before the app is ready. */
export function registerWindowScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built window from `directory`, and nothing else, under its address. */
export function serveWindowFiles(directory: string): void {
  protocol.handle('app', async (request) => {
    const { host, pathname } = new URL(request.url);
    const answer = await readStatic(directory, host === 'pullthrough' && request.method === 'GET' ? pathname : '');
    return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
  });
}

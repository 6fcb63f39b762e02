import type http from 'node:http';
import type { UserEntry } from '../config/entries';

/** `Authorization` for a name and a password. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The headers that ask to act as somebody else, as client-go sends them. */
export function impersonation(user: UserEntry): http.OutgoingHttpHeaders {
  if (user.as === '') return {};
  const extra = Object.entries(user['as-user-extra']).map(([key, values]): [string, string[]] => [
    `Impersonate-Extra-${escapedKey(key)}`,
    values.map(headerBytes),
  ]);
  return {
    'Impersonate-User': headerBytes(user.as),
    ...(user['as-uid'] !== '' && { 'Impersonate-Uid': headerBytes(user['as-uid']) }),
    ...(user['as-groups'].length > 0 && { 'Impersonate-Group': user['as-groups'].map(headerBytes) }),
    ...Object.fromEntries(extra.filter(([, values]) => values.length > 0)),
  };
}

/** Node writes headers as Latin-1; this is the text whose Latin-1 bytes are the UTF-8 bytes of the given one. */
export function headerBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** Whether there is a line end or another control character in it, which no header may hold. A tab is none. */
export function holdsControl(text: string): boolean {
  return Buffer.from(text).some((byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f);
}

/** Keys may hold what a header's name may not; those bytes are written as %XX, and so is the sign itself. */
function escapedKey(key: string): string {
  return headerBytes(key).replace(
    /[^!#$&'*+.^_`|~0-9A-Za-z-]/g,
    (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

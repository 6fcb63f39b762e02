/**
 * The address that a cluster's `server` means, as client-go reads it: without a scheme it is http. What stands after
 * `?` or `#` does not count. Null for what is no address of an HTTP server.
 */
export function serverAddress(text: string): URL | null {
  const whole = parse(text);
  if (whole && /^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return isHttp(whole) ? plain(whole) : null;
  const completed = parse(`http://${text}`);
  return completed && completed.pathname === '/' ? plain(completed) : null;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null; // not an address in this reading
  }
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function plain(url: URL): URL {
  url.search = '';
  url.hash = '';
  return url;
}

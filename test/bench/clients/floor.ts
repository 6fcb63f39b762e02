import { ApiConnection } from '../../../electron/kube/apiConnection';
import { answerWith } from './measuring';

const path = '/api/v1/pods';
/** As the product asks. */
const selection = { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' };
const pageSize = '500';

/** The least that a client can do: the product's own requests, and what comes is thrown away. */
answerWith(async ({ server, ca, token }, changed) => {
  const options = { ca, headers: { Authorization: `Bearer ${token}` } };
  const api = new ApiConnection({ server, options: () => Promise.resolve(options) });
  const get = async (query: Record<string, string>, silenceMs: number) => {
    const { status, body } = await api.stream({ method: 'GET', path, query: { ...selection, ...query }, silenceMs });
    if (status !== 200) throw new Error(`${path}: ${String(status)}`);
    return body as AsyncIterable<Buffer>;
  };
  const watch = async (resourceVersion: string) => {
    for await (const chunk of await get({ watch: 'true', resourceVersion, timeoutSeconds: '3600' }, 3_600_000))
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, end + 1)) changed();
    throw new Error('the watch has ended');
  };

  let resourceVersion: string | undefined;
  let next: string | undefined;
  do {
    let head = '';
    const page = await get({ limit: pageSize, ...(next !== undefined && { continue: next }) }, 30_000);
    for await (const chunk of page) if (head.length < 2000) head += chunk.toString('latin1', 0, 2000);
    // the list's own metadata come before its items
    resourceVersion = /"resourceVersion":"([^"]+)"/.exec(head)?.[1];
    next = /"continue":"([^"]+)"/.exec(head)?.[1];
  } while (next !== undefined);
  if (resourceVersion === undefined) throw new Error('the list names no version');
  void watch(resourceVersion);
  return null;
});

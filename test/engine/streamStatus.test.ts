import { describe, expect, it } from 'vitest';
import { StreamStatus } from '../../electron/engine/streamStatus';
import type { PodEvent } from '../../electron/engine/ports';
import { pod } from '../setup/pods';

const after = (namespaces: readonly string[], ...events: readonly PodEvent[]) => {
  const status = new StreamStatus();
  status.take({ is: 'scope', namespace: '', namespaces: namespaces.length > 0 ? namespaces : [''] }, 0);
  for (const [index, event] of events.entries()) status.take(event, index);
  return status;
};
const live = (namespace: string): PodEvent => ({ namespace, is: 'live' });
const page = (namespace: string, pods: number): PodEvent => ({
  namespace,
  is: 'page',
  first: true,
  pods: Array.from({ length: pods }, () => pod()),
});
const denied = (namespace: string): PodEvent => ({
  namespace,
  is: 'denied',
  verb: 'list',
  resource: 'pods',
  retryAt: 9,
});
const blind = (namespace: string): PodEvent => ({ namespace, is: 'blind', why: 'refused', retryAt: 9 });

describe('one status for all streams of a context', () => {
  it.each([
    ['connecting until every one is live', [live('a')], 'connecting'],
    ['syncing when one is, and none is worse', [page('a', 2), live('b')], 'syncing'],
    ['live when all are', [live('a'), live('b')], 'live'],
    ['blind when one is', [live('a'), blind('b')], 'blind'],
    ['denied when one is, whatever came later', [denied('b'), live('a')], 'denied'],
    ['live again when the last one is', [live('a'), blind('b'), live('b')], 'live'],
  ])('is %s', (_what, events, is) => {
    expect(after(['a', 'b'], ...events).worst.is).toBe(is);
  });

  it('counts the pods that all streams have read so far', () => {
    expect(after(['a', 'b'], page('a', 2), page('b', 3)).worst).toEqual({ is: 'syncing', pods: 5 });
    const more: PodEvent = { namespace: 'a', is: 'page', first: false, pods: [pod()] };
    expect(after(['a', 'b'], page('a', 2), more, page('b', 3)).worst).toEqual({ is: 'syncing', pods: 6 });
    expect(after(['a'], page('a', 2), page('a', 1)).worst).toEqual({ is: 'syncing', pods: 1 });
    // trouble between two pages
    expect(after(['a'], page('a', 2), blind('a'), more).worst).toEqual({ is: 'syncing', pods: 3 });
  });

  it('tells of which namespaces what is known is of now', () => {
    const sees = (status: StreamStatus) => ['a', 'b', 'c'].map((namespace) => status.sees(namespace));
    expect(sees(after(['a', 'b'], live('a'), blind('b')))).toEqual([true, false, false]);
    expect(sees(after(['a', 'b'], live('a'), denied('b')))).toEqual([true, false, false]);
    expect(sees(after([], live('')))).toEqual([true, true, true]);
    expect(sees(after([], live(''), blind('')))).toEqual([false, false, false]);
  });

  it('stays live while a list is read anew, and blind since the first time', () => {
    expect(after([], live(''), { namespace: '', is: 'page', first: true, pods: [pod()] }).worst.is).toBe('live');
    expect(after([], blind(''), blind('')).worst).toMatchObject({ is: 'blind', since: 0 });
  });
});

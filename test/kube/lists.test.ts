import { createServer, type Server } from 'node:net';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { PodEvent, PodWatch } from '../../electron/engine/ports';
import { machineClock } from '../../electron/engine/machineClock';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { KubeCluster } from '../../electron/kube/cluster';
import { eventually } from '../setup/eventually';

const servers: Server[] = [];
const watches: PodWatch[] = [];
const clusters: KubeCluster[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
  for (const cluster of clusters.splice(0)) cluster.close();
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function clusterOf(server: string): KubeCluster {
  const connection = new ApiConnection({ server, options: () => Promise.resolve({}) });
  const cluster = new KubeCluster(connection, machineClock, Math.random, 'default');
  clusters.push(cluster);
  return cluster;
}

function watch(server: string): readonly PodEvent[] {
  const events: PodEvent[] = [];
  watches.push(clusterOf(server).watchPods({ only: [], named: () => [] }, (event) => events.push(event)));
  return events;
}

/** An API server without objects. @param answered may take its time until the answer to a list is sent */
function empty(answered: () => Promise<void>, noted: { asked: URL[] } = { asked: [] }): Server {
  return http.createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    noted.asked.push(url);
    response.setHeader('content-type', 'application/json');
    if (url.searchParams.has('watch')) {
      response.flushHeaders();
      return;
    }
    const isList = url.searchParams.has('limit');
    void (isList ? answered() : Promise.resolve()).then(() => {
      response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
    });
  });
}

describe('the lists of all contexts', () => {
  it('are two at a time, of whatever kind', async () => {
    let [underWay, most] = [0, 0];
    const servers = Array.from({ length: 5 }, () =>
      empty(async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
        underWay -= 1;
      }),
    );
    const addresses = await Promise.all(servers.map(listening));
    const streams = addresses.map(watch);
    const others = addresses.map((server) => clusterOf(server));
    await Promise.all(
      others.flatMap((cluster) => [
        cluster.listObjects('Job', '', ''),
        cluster.listOurs('kube-fledged'),
        cluster.failureEvents('default', 'uid'),
        cluster.findFledged(''),
      ]),
    );
    await eventually(() => streams.every((events) => events.some(({ is }) => is === 'live')));
    expect(most).toBe(2);
  });

  it('wait for none of a server that does not answer', async () => {
    const silent = await Promise.all(Array.from({ length: 3 }, () => listening(createServer())));
    const dead = silent.map(watch);
    const live = watch(await listening(empty(() => Promise.resolve())));
    await eventually(() => live.some(({ is }) => is === 'live'));
    expect(dead.flatMap((events) => events.filter(({ is }) => is !== 'scope'))).toEqual([]);
  });

  it('ask for no more than a page at once', async () => {
    const noted = { asked: [] as URL[] };
    const server = await listening(empty(() => Promise.resolve(), noted));
    const cluster = clusterOf(server);
    await cluster.listObjects('Node', '', '');
    await cluster.failureEvents('default', 'uid');
    await cluster.findFledged('');
    const lists = noted.asked.filter(({ pathname }) => /\/(nodes|events|deployments)$/.test(pathname));
    expect(lists.map(({ pathname, searchParams }) => [pathname.split('/').at(-1), searchParams.get('limit')])).toEqual([
      ['nodes', '500'],
      ['events', '500'],
      ['deployments', '500'],
    ]);
  });
});

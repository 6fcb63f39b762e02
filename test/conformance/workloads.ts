import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KubeObject, Pod } from '../../electron/demo/objects';
import { controllerOf } from '../../electron/demo/objects';
import { patchTypes } from '../../electron/demo/apiServer/patch';
import { eventually } from '../setup/eventually';
import { TurnableClock } from '../setup/turnableClock';
import type { NodesServer } from './testNodes';
import { TestNodes } from './testNodes';

/** How the simulated controllers treat workloads, on any API server. */
export function describeWorkloads(tier: string, startServer: () => Promise<NodesServer>): void {
  describe(`workloads: ${tier}`, () => {
    let cluster: TestNodes;
    const clock = new TurnableClock(1);
    beforeAll(async () => {
      cluster = await TestNodes.start(startServer, {
        nodes: [
          { name: 'node-1', hostname: 'host-1' },
          { name: 'node-2', hostname: 'host-2' },
        ],
        clock,
      });
      const { registries } = cluster;
      for (const tag of ['1', '2']) registries.publish(`good.example/app:${tag}`);
      registries.publish('good.example/once:1', { kind: 'exits' });
      registries.publish('good.example/broken:1', { kind: 'exits', exitCode: 1 });
    });
    afterAll(() => cluster.stop());

    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const jobs = '/apis/batch/v1/namespaces/default/jobs';

    async function send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
      const answer = await cluster.api.request({ method, path, ...(body && { body }) });
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    }

    async function patch(path: string, body: object): Promise<void> {
      const { status } = await cluster.api.request({ method: 'PATCH', path, body, contentType: patchTypes.merge });
      expect(status).toBe(200);
    }

    async function podsOf(app: string): Promise<Pod[]> {
      const query = { labelSelector: `app=${app}` };
      const { body } = await cluster.api.request({ method: 'GET', path: '/api/v1/namespaces/default/pods', query });
      return (body as { items: Pod[] }).items;
    }

    function deployment(name: string, replicas: number, image = 'good.example/app:1') {
      const labels = { app: name };
      const spec = { containers: [{ name: 'app', image }] };
      return {
        metadata: { name },
        spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
      };
    }

    function job(name: string, image: string, more: object = {}) {
      const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image }] };
      return { metadata: { name }, spec: { ...more, template: { metadata: { labels: { app: name } }, spec } } };
    }

    async function statusOfJob(name: string): Promise<unknown> {
      return ((await send('GET', `${jobs}/${name}`)) as KubeObject).status;
    }

    test('a Deployment spreads its pods over the nodes, through a ReplicaSet', async () => {
      await send('POST', deployments, deployment('spread', 2));
      const pods = await eventually(async () => {
        const found = await podsOf('spread');
        return found.length === 2 && found.every(({ status }) => status?.phase === 'Running') && found;
      });
      expect(new Set(pods.map(({ spec }) => spec.nodeName))).toEqual(new Set(['node-1', 'node-2']));
      expect(pods.map((pod) => controllerOf(pod)?.kind)).toEqual(['ReplicaSet', 'ReplicaSet']);
      await eventually(async () => {
        const { status } = (await send('GET', `${deployments}/spread`)) as { status: { readyReplicas?: number } };
        return status.readyReplicas === 2;
      });
    });

    test('a pod whose image was changed by hand is left alone, and its successor is the original again', async () => {
      await send('POST', deployments, deployment('edited', 1, 'gone.example/app:1'));
      const pod = await eventually(async () => (await podsOf('edited'))[0]);
      await cluster.setImage(pod.metadata.name, 'good.example/app:1');
      await cluster.running(pod.metadata.name);
      expect((await podsOf('edited')).map(({ metadata }) => metadata.uid)).toEqual([pod.metadata.uid]);
      await cluster.delete(pod.metadata.name, { gracePeriodSeconds: 0 });
      const next = await eventually(async () => {
        return (await podsOf('edited')).find(({ metadata }) => metadata.uid !== pod.metadata.uid);
      });
      expect(next.spec.containers[0]?.image).toBe('gone.example/app:1');
    });

    test('another template replaces the pods, another number adds or takes some', async () => {
      await send('POST', deployments, deployment('rolled', 1));
      await eventually(async () => (await podsOf('rolled'))[0]?.status?.phase === 'Running');
      const containers = [{ name: 'app', image: 'good.example/app:2' }];
      await patch(`${deployments}/rolled`, { spec: { template: { spec: { containers } } } });
      await eventually(async () => {
        const images = (await podsOf('rolled')).map(({ spec }) => spec.containers[0]?.image);
        return images.length === 1 && images[0] === 'good.example/app:2';
      });
      for (const replicas of [3, 0]) {
        await patch(`${deployments}/rolled`, { spec: { replicas } });
        await eventually(async () => (await podsOf('rolled')).length === replicas);
      }
    });

    test('what a deleted Deployment owned goes with it', async () => {
      await send('POST', deployments, deployment('deleted', 1));
      await eventually(async () => (await podsOf('deleted'))[0]?.status?.phase === 'Running');
      await send('DELETE', `${deployments}/deleted`);
      await eventually(async () => (await podsOf('deleted')).length === 0);
      const { items } = (await send('GET', '/apis/apps/v1/replicasets')) as { items: KubeObject[] };
      expect(items.filter(({ metadata }) => metadata.name.startsWith('deleted-'))).toEqual([]);
    });

    test('a node selector is honoured, and one that fits no node is told in an event', async () => {
      await cluster.run('here', 'good.example/app:1', { nodeSelector: { 'kubernetes.io/hostname': 'host-2' } });
      expect((await cluster.running('here')).spec.nodeName).toBe('node-2');
      // the node's name is not its label
      await cluster.run('nowhere', 'good.example/app:1', { nodeSelector: { 'kubernetes.io/hostname': 'node-2' } });
      await eventually(async () =>
        (await cluster.events('nowhere')).some((event) => event.startsWith('FailedScheduling')),
      );
      expect((await cluster.get('nowhere'))?.spec.nodeName).toBeUndefined();
    });

    test('a Job whose pod completes has succeeded', async () => {
      await send('POST', jobs, job('done', 'good.example/once:1'));
      const done = await eventually(async () => {
        const status = await statusOfJob('done');
        return JSON.stringify(status).includes('"Complete"') && status;
      });
      expect(done).toMatchObject({ succeeded: 1 });
      expect(done).not.toHaveProperty('active');
    });

    test('a Job whose pod fails tries again until its limit', async () => {
      await send('POST', jobs, job('failing', 'good.example/broken:1', { backoffLimit: 1 }));
      const failed = await eventually(async () => {
        const status = await statusOfJob('failing');
        return JSON.stringify(status).includes('BackoffLimitExceeded') && status;
      });
      expect(failed).toMatchObject({ failed: 2 });
      expect(await podsOf('failing')).toHaveLength(2);
    });

    test('a Job whose pod waits for its image goes on waiting, and ends at its deadline', async () => {
      await send('POST', jobs, job('waiting', 'gone.example/app:1', { backoffLimit: 0, activeDeadlineSeconds: 600 }));
      const pod = await eventually(async () => (await podsOf('waiting'))[0]);
      await cluster.waiting(pod.metadata.name, 'ImagePullBackOff');
      expect(await statusOfJob('waiting')).toMatchObject({ active: 1 });
      clock.turn(600_000);
      await eventually(async () => JSON.stringify(await statusOfJob('waiting')).includes('DeadlineExceeded'));
      await eventually(async () => (await podsOf('waiting')).length === 0);
    });

    test('pods of a deleted Job stay unless the deletion says otherwise', async () => {
      for (const name of ['kept', 'taken']) await send('POST', jobs, job(name, 'good.example/app:1'));
      await eventually(async () => (await podsOf('kept')).length + (await podsOf('taken')).length === 2);
      await send('DELETE', `${jobs}/kept`);
      await send('DELETE', `${jobs}/taken`, { propagationPolicy: 'Background' });
      await eventually(async () => (await podsOf('taken')).length === 0);
      await eventually(async () => (await podsOf('kept'))[0]?.metadata.ownerReferences === undefined);
    });
  });
}

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { machineClock } from '../../electron/engine/machineClock';
import type { Clock, PodEvent, PodWatch } from '../../electron/engine/ports';
import { ApiConnection } from '../../electron/kube/apiConnection';
import { KubeCluster } from '../../electron/kube/cluster';
import { grantRights } from '../cluster/accessRules';
import { kubeAssets } from '../cluster/assets';
import { startControlPlane, type ControlPlane } from '../cluster/controlPlane';
import { send } from '../cluster/objects';
import { Workspace } from '../cluster/workspace';
import { eventually } from '../setup/eventually';

const pods = '/api/v1/namespaces/default/pods';
const bindings = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/pod-viewer';
const minute = 60_000;
/** Its pauses are short; how long a refusal has lasted it sees as it is. */
const impatient: Clock = {
  now: () => machineClock.now(),
  after: (ms, callback) => machineClock.after(ms / 20, callback),
};

/** What a real API server does to those who watch it, as far as it can be made to. */
export function describeStreamOnRealServer(): void {
  describe('a watched real server', () => {
    let workspace: Workspace;
    let plane: ControlPlane;
    let events: PodEvent[] = [];
    let watch: PodWatch | null = null;
    let cluster: KubeCluster | null = null;
    let number = 0;

    beforeAll(async () => {
      workspace = await Workspace.open('stream');
      const programs = await kubeAssets(['etcd', 'kube-apiserver']);
      plane = await startControlPlane(workspace, { programs, nodes: [], controllers: false });
      await grantRights(plane.api);
      const viewer = plane.credentials.connection('viewer');
      await eventually(async () => (await viewer.request({ method: 'GET', path: pods })).status === 200);
      viewer.close();
    });
    afterEach(() => {
      watch?.stop();
      cluster?.close();
    });
    afterAll(async () => {
      plane.api.close();
      await workspace.close();
    });

    const start = (connection = plane.credentials.connection('viewer')) => {
      events = [];
      cluster = new KubeCluster(connection, impatient, Math.random, 'default');
      watch = cluster.watchPods({ only: [], named: () => [] }, (event) => events.push(event));
    };
    const live = () => eventually(() => events.some(({ is }) => is === 'live'), minute);
    const createPod = async () => {
      number += 1;
      const name = `watched-${String(number)}`;
      const spec = { containers: [{ name: 'app', image: 'nginx:1.25' }] };
      await send(plane.api, { method: 'POST', path: pods, body: { metadata: { name }, spec } });
      return name;
    };
    const told = (name: string) =>
      eventually(
        () =>
          events.some(
            (event) =>
              (event.is === 'changed' && event.pod.name === name) ||
              (event.is === 'page' && event.pods.some((pod) => pod.name === name)),
          ),
        minute,
      );
    const has = (is: PodEvent['is']) => events.some((event) => event.is === is);

    test.each(['asked', 'killed'] as const)(
      'ends (%s) and starts with another certificate: nothing is lost, and no right is thought missing',
      async (how) => {
        start();
        await live();
        await told(await createPod());
        await plane.restartApiServer(how, () => plane.credentials.renewCertificate());
        await told(await createPod());
        expect(has('denied')).toBe(false);
        await eventually(() => events.findLast(({ is }) => is === 'live' || is === 'blind')?.is === 'live', minute);
      },
    );

    test('forgets the version that a sleeper had: what changed and what went meanwhile is known afterwards', async () => {
      start();
      await live();
      const gone = await createPod();
      await told(gone);
      const lists = events.filter(({ is }) => is === 'synced').length;
      // a server that has just started remembers no version of before
      await plane.restartApiServer('killed');
      await send(plane.api, { method: 'DELETE', path: `${pods}/${gone}`, body: { gracePeriodSeconds: 0 } });
      const made = await createPod();
      await told(made);
      const isGone = () => {
        if (events.some((event) => event.is === 'deleted' && event.pod.name === gone)) return true;
        const last = events.findLastIndex((event) => event.is === 'page' && event.first);
        const again = events.filter(({ is }) => is === 'synced').length > lists;
        return (
          again &&
          !events.slice(last).some((event) => event.is === 'page' && event.pods.some((pod) => pod.name === gone))
        );
      };
      await eventually(isGone, minute);
    });

    test('takes a right away: the open watch goes on, the next one is refused, and it comes back with the right', async () => {
      start();
      await live();
      await send(plane.api, { method: 'DELETE', path: bindings });
      await eventually(async () => {
        const viewer = plane.credentials.connection('viewer');
        const { status } = await viewer.request({ method: 'GET', path: pods });
        viewer.close();
        return status === 403;
      });
      expect(has('denied')).toBe(false);
      watch?.resume();
      const denied = await eventually(() => events.find((event) => event.is === 'denied'), minute);
      expect(denied).toMatchObject({ resource: 'pods', namespace: '' });
      await grantRights(plane.api);
      const name = await createPod();
      await eventually(() => {
        watch?.resume();
        return told(name);
      }, minute);
    });

    test('does not know the user: it says so for as long as that is so', async () => {
      const { server, ca } = plane.credentials;
      const options = { ca, headers: { Authorization: 'Bearer nobody' } };
      start(new ApiConnection({ server, options: () => Promise.resolve(options) }));
      const blind = await eventually(() => events.find((event) => event.is === 'blind'), minute);
      expect(blind).toMatchObject({ why: expect.stringContaining('401') as string });
      await eventually(() => events.filter(({ is }) => is === 'blind').length >= 3, minute);
      expect(has('live')).toBe(false);
    });
  });
}

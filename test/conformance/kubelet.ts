import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseImageName } from '../../electron/demo/node/imageName';
import { imageContent } from '../../electron/demo/node/registryWorld';
import type { Node } from '../../electron/demo/objects';
import { eventually } from '../setup/eventually';
import type { NodesServer } from './testNodes';
import { statusOf, TestNodes } from './testNodes';

/** How the simulated kubelet runs pods, on any API server. */
export function describeKubelet(tier: string, startServer: () => Promise<NodesServer>): void {
  describe(`kubelet: ${tier}`, () => {
    let node: TestNodes;
    let count = 0;
    let name = '';
    beforeAll(async () => {
      node = await TestNodes.start(startServer);
      const { registries } = node;
      for (const image of ['nginx:1.25', 'redis:7.2', 'nginx:latest']) {
        const content = parseImageName(image)?.normalised ?? '';
        registries.publish(content);
        registries.publish(`mirror.example/${content}`, { content });
      }
      for (const tag of ['a', 'b', 'c']) registries.publish(`good.example/app:${tag}`);
      registries.publish('good.example/once:1', { kind: 'exits' });
      registries.publish('good.example/broken:1', { kind: 'exits', exitCode: 3 });
      registries.host('docker.io').answer = 'refused';
    });
    afterAll(() => node.stop());
    beforeEach(() => {
      count += 1;
      name = `pod-${String(count)}`;
      node.registries.host('docker.io').answer = 'refused';
      node.images.clear();
    });

    const mirrored = 'mirror.example/docker.io/library/nginx:1.25';
    const refused =
      /^failed to pull and unpack image "docker\.io\/library\/nginx:1\.25": .*dial tcp [\d.]+:443: connect: connection refused$/;

    test('the node has a hostname label of its own', async () => {
      const { body } = await node.api.request({ method: 'GET', path: '/api/v1/nodes/node-1' });
      expect((body as Node).metadata.labels?.['kubernetes.io/hostname']).toBe('host-1');
    });

    describe('an image that cannot be pulled', () => {
      test('waits with the cause, then backs off with the cause, and both come again', async () => {
        await node.run(name, 'nginx:1.25');
        const failed = await node.waiting(name, 'ErrImagePull');
        expect(failed.state.waiting?.message).toMatch(refused);
        expect(failed).toMatchObject({
          image: 'nginx:1.25',
          imageID: '',
          ready: false,
          restartCount: 0,
          lastState: {},
        });
        const backing = await node.waiting(name, 'ImagePullBackOff');
        expect(backing.state.waiting?.message).toMatch(
          /^Back-off pulling image "nginx:1\.25": ErrImagePull: failed to pull/,
        );
        await node.waiting(name, 'ErrImagePull');
        expect((await node.get(name))?.status?.phase).toBe('Pending');
        for (const event of [
          'Pulling: Pulling image "nginx:1.25"',
          'BackOff: Back-off pulling image "nginx:1.25"',
          'Failed: Error: ImagePullBackOff',
        ])
          await node.told(name, event);
      });

      test('is pulled by itself once the registry answers', async () => {
        await node.run(name, 'nginx:1.25');
        await node.waiting(name, 'ErrImagePull');
        node.registries.host('docker.io').answer = 'serves';
        await node.running(name);
      });

      test('runs from another name as soon as the pod says so, and no restart is counted', async () => {
        await node.run(name, 'nginx:1.25');
        await node.waiting(name, 'ErrImagePull');
        await node.setImage(name, mirrored);
        const pod = await node.running(name);
        expect(statusOf(pod)).toMatchObject({ image: mirrored, ready: true, started: true, restartCount: 0 });
        expect(statusOf(pod).imageID).toMatch(/^mirror\.example\/docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/);
      });

      test('leaves the other containers of its pod alone', async () => {
        const other = { name: 'other', image: 'good.example/app:a' };
        await node.create(name, { containers: [{ name: 'app', image: 'nginx:1.25' }, other] });
        await node.waiting(name, 'ErrImagePull');
        const before = statusOf(await node.pod(name, (pod) => statusOf(pod, 'other').ready), 'other');
        await node.setImage(name, mirrored);
        expect(statusOf(await node.running(name), 'other').containerID).toBe(before.containerID);
      });

      test('of a pod that goes away is not pulled any further', async () => {
        const slow = node.registries.host('slow.example');
        node.registries.publish('slow.example/app:1');
        slow.pullMs = 60_000;
        await node.run(name, 'slow.example/app:1');
        await eventually(async () => (await node.events(name)).some((event) => event.startsWith('Pulling')));
        await node.delete(name);
        await eventually(async () => (await node.get(name)) === null);
        await node.run(`${name}-next`, 'good.example/app:a');
        await node.running(`${name}-next`);
      });
    });

    describe('a container that runs', () => {
      test('is killed first and its new image pulled afterwards: down when that cannot be had', async () => {
        await node.run(name, mirrored);
        const before = await node.running(name);
        await node.setImage(name, 'nginx:1.25');
        const status = await node.waiting(name, 'ErrImagePull');
        expect(status.lastState.terminated).toMatchObject({
          reason: 'Completed',
          containerID: statusOf(before).containerID,
        });
        expect(status.restartCount).toBe(0);
        // it ran before, so the pod counts as running although nothing of it runs
        expect((await node.get(name))?.status?.phase).toBe('Running');
        await node.setImage(name, 'good.example/app:a');
        const after = await node.pod(name, (pod) => statusOf(pod).ready);
        expect(statusOf(after).restartCount).toBe(1);
        await node.told(name, 'Killing: Container app definition changed, will be restarted');
      });

      test('that is flipped to and fro meets CrashLoopBackOff', async () => {
        await node.run(name, 'good.example/app:a');
        await node.running(name);
        for (const tag of ['b', 'a']) {
          await node.setImage(name, `good.example/app:${tag}`);
          await node.pod(name, (pod) => statusOf(pod).ready && pod.spec.containers[0]?.image === statusOf(pod).image);
        }
        await node.setImage(name, 'good.example/app:b');
        const { state } = await node.waiting(name, 'CrashLoopBackOff');
        expect(state.waiting?.message).toMatch(/^back-off 200ms restarting failed container=app pod=pod-\d+_default\(/);
        await node.running(name);
      });
    });

    describe('init containers', () => {
      const main = { name: 'app', image: 'good.example/app:a' };

      test('run one after the other, and what waits for them is initializing', async () => {
        const inits = [
          { name: 'first', image: 'nginx:1.25', command: ['true'] },
          { name: 'second', image: 'good.example/once:1' },
        ];
        await node.create(name, { initContainers: inits, containers: [main] });
        await node.waiting(name, 'ErrImagePull', 'first');
        const pod = await node.get(name);
        if (!pod) throw new Error('gone');
        expect([statusOf(pod, 'second').state, statusOf(pod).state]).toEqual([
          { waiting: { reason: 'PodInitializing' } },
          { waiting: { reason: 'PodInitializing' } },
        ]);
        await node.setImage(name, mirrored, '/spec/initContainers/0/image');
        const done = await node.running(name);
        expect(statusOf(done, 'first').state.terminated).toMatchObject({ exitCode: 0, reason: 'Completed' });
        expect(statusOf(done, 'first').ready).toBe(true);
      });

      test('are not run again when their image changes, though the main container still waits', async () => {
        const init = { name: 'first', image: 'good.example/once:1' };
        await node.create(name, { initContainers: [init], containers: [{ name: 'app', image: 'nginx:1.25' }] });
        await node.waiting(name, 'ErrImagePull');
        const before = statusOf((await node.get(name)) ?? fail(), 'first');
        await node.setImage(name, 'good.example/app:b', '/spec/initContainers/0/image');
        await node.setImage(name, mirrored);
        expect(statusOf(await node.running(name), 'first')).toEqual(before);
      });

      test('with restartPolicy Always start before the rest, run beside it, and are restarted when they change', async () => {
        const sidecar = { name: 'proxy', image: 'good.example/app:b', restartPolicy: 'Always' };
        await node.create(name, { initContainers: [sidecar], containers: [main] });
        const before = statusOf(await node.running(name), 'proxy');
        expect(before).toMatchObject({ ready: true, started: true });
        await node.setImage(name, 'good.example/app:c', '/spec/initContainers/0/image');
        await node.pod(name, (pod) => statusOf(pod, 'proxy').restartCount === 1 && statusOf(pod, 'proxy').ready);
        await node.told(name, 'Killing: Init container proxy definition changed, will be restarted');
      });
    });

    describe('pull policies', () => {
      const app = (image: string, imagePullPolicy: string) => ({
        containers: [{ name: 'app', image, imagePullPolicy }],
      });

      test('IfNotPresent asks no registry for what is there', async () => {
        await node.run(name, 'good.example/app:a');
        await node.running(name);
        node.registries.host('good.example').answer = 'refused';
        await node.run(`${name}-again`, 'good.example/app:a');
        await node.running(`${name}-again`);
        await node.create(`${name}-always`, app('good.example/app:a', 'Always'));
        await node.waiting(`${name}-always`, 'ErrImagePull');
        node.registries.host('good.example').answer = 'serves';
      });

      test('Never is told by its own reason', async () => {
        await node.create(name, app('good.example/app:c', 'Never'));
        const { state } = await node.waiting(name, 'ErrImageNeverPull');
        expect(state.waiting?.message).toBe(
          'Container image "good.example/app:c" is not present with pull policy of Never',
        );
      });

      test('a text that is no reference is told by its own reason', async () => {
        await node.run(name, 'Nginx:${TAG}');
        const { state } = await node.waiting(name, 'InvalidImageName');
        expect(state.waiting?.message).toContain("couldn't parse image name");
      });

      test('a name that another client gave is used, unless the kubelet pulled the content itself', async () => {
        const original = 'docker.io/library/nginx:1.25';
        await node.run(name, mirrored);
        await node.running(name);
        expect(node.images.tag(mirrored, original)).toBe(true);
        await node.run(`${name}-alias`, 'nginx:1.25');
        await node.waiting(`${name}-alias`, 'ErrImagePull');
        node.images.clear();
        const known = parseImageName(mirrored);
        if (!known) throw new Error('no name');
        node.images.load(known, imageContent(original));
        node.images.tag(mirrored, original);
        await node.running(`${name}-alias`);
      });

      test('a login comes from the pull secrets of the pod', async () => {
        const { registries } = node;
        registries.publish('private.example/app:1');
        registries.host('private.example').login = 'me:secret';
        await node.run(name, 'private.example/app:1');
        const { state } = await node.waiting(name, 'ErrImagePull');
        expect(state.waiting?.message).toContain('401 Unauthorized');
        const auths = { 'private.example': { username: 'me', password: 'secret' } };
        const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') };
        const secret = { metadata: { name: 'login' }, type: 'kubernetes.io/dockerconfigjson', data };
        await node.api.request({ method: 'POST', path: '/api/v1/namespaces/default/secrets', body: secret });
        await node.run(`${name}-login`, 'private.example/app:1', { imagePullSecrets: [{ name: 'login' }] });
        await node.running(`${name}-login`);
      });
    });

    describe('containers that end', () => {
      test('a command that is not there ends a pull pod with StartError, the image pulled and nothing run', async () => {
        await node.create(name, {
          nodeName: 'node-1',
          restartPolicy: 'Never',
          containers: [{ name: 'app', image: mirrored, command: ['/pullthrough/never-runs'] }],
        });
        const pod = await node.pod(name, ({ status }) => status?.phase === 'Failed');
        expect(statusOf(pod).state.terminated).toMatchObject({ reason: 'StartError', exitCode: 128 });
        expect(statusOf(pod).imageID).toContain('@sha256:');
        expect(node.images.find(parseImageName(mirrored) ?? fail())).not.toBeNull();
      });

      test('what exits 0 and must not be restarted has succeeded, and its image is not looked at again', async () => {
        await node.run(name, 'good.example/once:1', { restartPolicy: 'Never' });
        await node.pod(name, ({ status }) => status?.phase === 'Succeeded');
        await node.setImage(name, 'good.example/app:a');
        // the node has seen the change when it has run a pod that was made after it
        await node.run(`${name}-later`, 'good.example/app:b');
        await node.running(`${name}-later`);
        expect(statusOf((await node.get(name)) ?? fail()).image).toBe('good.example/once:1');
      });

      test('what fails and must not be restarted has failed', async () => {
        await node.run(name, 'good.example/broken:1', { restartPolicy: 'Never' });
        const pod = await node.pod(name, ({ status }) => status?.phase === 'Failed');
        expect(statusOf(pod).state.terminated).toMatchObject({ reason: 'Error', exitCode: 3 });
      });

      test('what ends and must be restarted crashes in a loop', async () => {
        await node.run(name, 'good.example/broken:1');
        const { lastState } = await node.waiting(name, 'CrashLoopBackOff');
        expect(lastState.terminated).toMatchObject({ exitCode: 3 });
      });

      test('a pod is failed when its deadline is over, whatever it waits for', async () => {
        await node.run(name, 'nginx:1.25', { activeDeadlineSeconds: 1 });
        const pod = await node.pod(name, ({ status }) => status?.phase === 'Failed');
        expect(pod.status?.reason).toBe('DeadlineExceeded');
      });

      test('a deleted pod is ended by its kubelet', async () => {
        await node.run(name, 'good.example/app:a');
        await node.running(name);
        await node.delete(name);
        await eventually(async () => (await node.get(name)) === null);
        await node.told(name, 'Killing: Stopping container app');
      });
    });

    test('a static pod runs from its manifest: patches of its mirror are accepted and ignored', async () => {
      const annotations = { 'kubernetes.io/config.mirror': 'abc' };
      await node.create(
        name,
        { nodeName: 'node-1', containers: [{ name: 'app', image: 'nginx:1.25' }] },
        { annotations },
      );
      await node.waiting(name, 'ErrImagePull');
      await node.setImage(name, mirrored);
      const before = (await node.get(name))?.metadata.resourceVersion;
      // its next attempts are for the image of the manifest
      await node.pod(name, ({ metadata }) => Number(metadata.resourceVersion) > Number(before) + 1);
      expect(statusOf((await node.get(name)) ?? fail()).state.waiting?.message).toContain(
        '"docker.io/library/nginx:1.25"',
      );
    });

    test('the node tells its images, with the names of each', async () => {
      await node.run(name, mirrored);
      await node.running(name);
      await eventually(async () => {
        const { body } = await node.api.request({ method: 'GET', path: '/api/v1/nodes/node-1' });
        // those of other tests' pods may be there as well, and before it
        return (body as Node).status?.images?.some(
          ({ names: [digest, tag] }) =>
            digest?.startsWith('mirror.example/docker.io/library/nginx@sha256:') && tag === mirrored,
        );
      });
    });

    test('before 1.32 a back-off does not repeat the cause, which then stands in an event', async () => {
      const old = await TestNodes.start(startServer, { minor: 31 });
      old.registries.host('docker.io').answer = 'refused';
      await old.run('old', 'nginx:1.25');
      const failed = await old.waiting('old', 'ErrImagePull');
      expect(failed.state.waiting?.message).toMatch(refused);
      const { state } = await old.waiting('old', 'ImagePullBackOff');
      expect(state.waiting?.message).toBe('Back-off pulling image "nginx:1.25"');
      await eventually(async () => (await old.events('old')).some((event) => event.includes('connection refused')));
      await old.stop();
    });

    test('before 1.35 an image that is there is there for everybody, whoever pulled it under whatever name', async () => {
      const old = await TestNodes.start(startServer, { minor: 34 });
      old.registries.host('docker.io').answer = 'refused';
      old.registries.publish(mirrored);
      await old.run('old', mirrored);
      await old.running('old');
      expect(old.images.tag(mirrored, 'docker.io/library/nginx:1.25')).toBe(true);
      await old.run('alias', 'nginx:1.25');
      await old.running('alias');
      await old.told('alias', 'Pulled: Container image "nginx:1.25" already present on machine');
      await old.stop();
    });

    test('pauses belong to a pod and an image text: a new text has none, an old one keeps its own', async () => {
      const slow = await TestNodes.start(startServer, { timings: { backOffMs: 60_000, maxBackOffMs: 300_000 } });
      const { registries } = slow;
      registries.host('docker.io').answer = 'refused';
      registries.publish('good.example/app:a');
      await slow.run('one', 'nginx:1.25');
      await slow.waiting('one', 'ErrImagePull');
      await slow.setImage('one', 'good.example/app:a');
      await slow.running('one');
      registries.publish('nginx:1.25');
      registries.host('docker.io').answer = 'serves';
      await slow.setImage('one', 'nginx:1.25');
      await slow.waiting('one', 'ImagePullBackOff');
      await slow.run('two', 'nginx:1.25');
      await slow.running('two');
      await slow.stop();
    });

    function fail(): never {
      throw new Error('not there');
    }
  });
}

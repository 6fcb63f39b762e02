import { expect, it } from 'vitest';
import { nginx, proxied, type Stage } from './stage';
import { image, originals } from './workloads';

/** A mirror that served an image and no longer has it. Only simulated registries can take theirs away. */
export function scenariosOfVanishedImages(stage: Stage): void {
  it('puts a swapped pod back whose image the mirror no longer has, and its other containers run on', async () => {
    const { registries, mirrors } = stage.cluster;
    await registries.publish('busybox:1.36', ['first'], 'exits');
    await registries.publish(nginx, ['first']);
    await stage.shop.createNamespace();
    await stage.shop.deployment('web', {
      containers: [
        { name: 'job', image: 'busybox:1.36', imagePullPolicy: 'Always' },
        { name: 'app', image: nginx },
      ],
    });
    const engine = stage.launch({ mode: 'auto', mirrors: [mirrors.first] });
    await engine.next('healed', { container: 'job' });
    await engine.next('healed', { container: 'app' });
    registries.withdrawAll?.();
    await engine.next('put-back', { container: 'job', image: 'busybox:1.36' });
    const pod = await stage.shop.pod('web', (each) => image(each, 'job') === 'busybox:1.36');
    expect(image(pod)).toBe(proxied(mirrors.first));
    expect(JSON.parse(pod.metadata.annotations?.[originals] ?? '{}')).toEqual({ app: nginx });
    const status = pod.status.containerStatuses?.find(({ name }) => name === 'app');
    expect([status?.restartCount, status?.state?.running]).toEqual([0, expect.anything()]);
  });
}

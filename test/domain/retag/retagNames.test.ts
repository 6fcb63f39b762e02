import { describe, expect, it } from 'vitest';
import { pulledName, soughtName } from '../../../electron/domain/retag/retagNames';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the names that runtimes use', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.25', 'docker.io/library/nginx:1.25'],
    [`nginx:1.25@${digest}`, `docker.io/library/nginx@${digest}`],
    ['quay.io/app/web:2', 'quay.io/app/web:2'],
    // only this one of Docker Hub's other hosts is folded by runtimes
    ['index.docker.io/nginx:1', 'docker.io/library/nginx:1'],
    ['registry-1.docker.io/library/nginx:1', 'registry-1.docker.io/library/nginx:1'],
    ['docker.io/nginx:1', 'docker.io/library/nginx:1'],
  ])('containerd looks for %s as %s', (image, name) => {
    expect(soughtName(image, { is: 'containerd' })).toBe(name);
  });

  it('CRI-O finds a digest under any tag of its repository, docker under none', () => {
    expect(soughtName(`nginx:1.25@${digest}`, { is: 'cri-o' })).toBe('docker.io/library/nginx:1.25');
    expect(soughtName(`nginx@${digest}`, { is: 'cri-o' })).toBe('docker.io/library/nginx:pullthrough');
    expect(soughtName(`nginx@${digest}`, { is: 'docker' })).toBeNull();
    expect(soughtName('nginx:1.25', { is: 'docker' })).toBe('docker.io/library/nginx:1.25');
  });

  it('a pulled image has its digest for a name, or its tag', () => {
    expect(pulledName(`m.example/docker.io/library/nginx:1@${digest}`)).toBe(
      `m.example/docker.io/library/nginx@${digest}`,
    );
    expect(pulledName('m.example/nginx')).toBe('m.example/nginx:latest');
    expect(pulledName('no reference')).toBeNull();
  });
});

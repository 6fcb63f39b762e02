import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { installation } from '../../electron/domain/doctor/installation';
import { refOf, pathOf, titleOf, type KubeObject } from '../../electron/domain/kubeObject';
import { defaultSettings } from '../../electron/domain/settings';
import { ClusterWrites } from '../../electron/engine/clusterWrites';
import { Doctor, installationText } from '../../electron/engine/doctor/doctor';
import { machineClock } from '../../electron/engine/machineClock';
import type { ApiConnection } from '../../electron/kube/apiConnection';
import { KubeCluster } from '../../electron/kube/cluster';
import { eventually } from '../setup/eventually';
import type { BareApiServer } from './apiSemantics';

const choices = { mirrors: defaultSettings.mirrors, noProxy: [], allowList: null };
const caches = '/apis/kubefledged.io/v1alpha2/namespaces/kube-fledged/imagecaches';

/** What the doctor installs, as a real API server takes it: with its schemas, and with its real RBAC. */
export function describeFledgedInstallation(startServer: () => Promise<BareApiServer>): void {
  describe('the manifests of kube-fledged on a real server', () => {
    let server: BareApiServer;
    let api: ApiConnection;
    beforeAll(async () => {
      server = await startServer();
      api = server.admin;
    });
    afterAll(() => server.stop());

    const doctor = () => {
      const cluster = new KubeCluster(api, machineClock, Math.random, 'default');
      return new Doctor({
        cluster,
        writes: new ClusterWrites(cluster, () => undefined, false, machineClock),
        clock: machineClock,
        question: () => ({
          fledgedNamespace: '',
          retagNamespace: 'kube-system',
          namespaces: [],
          ownNamespaces: ['default'],
          prepull: false,
        }),
        choices: () => ({ ...choices, retag: false, inUse: () => false }),
      });
    };
    const post = (object: KubeObject, query: Record<string, string> = {}) =>
      api.request({ method: 'POST', path: pathOf({ ...refOf(object), name: '' }), query, body: object });

    it('are taken as they are printed, by strict validation', async () => {
      const printed = installationText('elsewhere', choices);
      const objects = parseAllDocuments(printed).map((document) => document.toJS() as KubeObject);
      expect(objects.map(({ kind }) => kind)).toEqual([
        'Namespace',
        'CustomResourceDefinition',
        ...['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding'],
        ...['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding'],
        'Service',
        'ValidatingWebhookConfiguration',
        'Deployment',
        'Deployment',
      ]);
      const dry = { fieldValidation: 'Strict', dryRun: 'All' };
      for (const object of objects) {
        // nothing can be tried in a namespace that a dry run has not made
        const { namespace, ...metadata } = object.metadata;
        const tried = namespace === undefined ? object : { ...object, metadata: { ...metadata, namespace: 'default' } };
        expect(await post(tried, dry), titleOf(refOf(object))).toMatchObject({ status: 201 });
      }
    });

    it('can be applied twice, as kubectl applies them to the server', async () => {
      const printed = installationText('twice', choices);
      for (const status of [201, 200]) {
        for (const document of parseAllDocuments(printed)) {
          const object = document.toJS() as KubeObject;
          const answer = await api.request({
            method: 'PATCH',
            path: pathOf(refOf(object)),
            query: { fieldManager: 'kubectl', fieldValidation: 'Strict' },
            contentType: 'application/apply-patch+yaml',
            body: object,
          });
          expect(answer, titleOf(refOf(object))).toMatchObject({ status });
        }
      }
      for (const document of parseAllDocuments(printed).reverse())
        await api.request({ method: 'DELETE', path: pathOf(refOf(document.toJS() as KubeObject)) });
      await eventually(async () => (await api.request({ method: 'GET', path: '/apis/kubefledged.io' })).status === 404);
    });

    it('are what the doctor offers, writes, and finds there when it is asked again', async () => {
      const one = doctor();
      const other = doctor();
      const before = await one.examine('en');
      await other.examine('en');
      const fix = before.findings.find(({ id }) => id === 'crd')?.fix;
      expect(fix).toMatchObject({ id: 'install', sentence: expect.stringContaining('m.daocloud.io') as string });
      expect(fix?.writes.at(-1)?.body).toContain(
        'image: m.daocloud.io/docker.io/senthilrch/kubefledged-controller:v0.10.0',
      );
      expect(await one.applyFix('install', 'en')).toMatchObject({
        done: true,
        sentence: 'Done: 12 objects written.',
      });
      // what was shown is what is there: the server adds to it and changes nothing
      for (const { body } of fix?.writes ?? []) {
        const [document] = parseAllDocuments(body);
        const object = document?.toJS() as KubeObject;
        const there = await api.request({ method: 'GET', path: pathOf(refOf(object)) });
        const { metadata, ...rest } = object;
        expect(there.body, titleOf(refOf(object))).toMatchObject({ ...rest, metadata: { name: metadata.name } });
      }
      expect(await other.applyFix('install', 'en')).toMatchObject({
        done: true,
        sentence: 'Done: 0 objects written, 12 already there.',
      });
      // a plan is done once
      expect(await one.applyFix('install', 'en')).toBeNull();
      await eventually(async () => (await api.request({ method: 'GET', path: caches })).status === 200);
      // which versions there are is told by another part of the server
      await eventually(async () => (await api.request({ method: 'GET', path: '/apis/kubefledged.io' })).status === 200);
      const after = await doctor().examine('en');
      expect(after.findings.find(({ id }) => id === 'crd')).toMatchObject({ level: 'ok', fix: null });
      expect(after.findings.flatMap(({ fix: offered }) => offered?.id ?? [])).not.toContain('install');
    });

    it('are scaled up by the patches that the doctor shows', async () => {
      const path = (name: string) =>
        pathOf({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-fledged', name });
      const names = ['kubefledged-controller', 'kubefledged-webhook-server'];
      const contentType = 'application/merge-patch+json';
      for (const name of names) {
        const answer = await api.request({
          method: 'PATCH',
          path: path(name),
          contentType,
          body: { spec: { replicas: 0 } },
        });
        expect(answer).toMatchObject({ status: 200 });
      }
      const scaler = doctor();
      const { findings } = await scaler.examine('en');
      expect(findings.find(({ id }) => id === 'controller')).toMatchObject({ level: 'broken', fix: { id: 'scale' } });
      expect(await scaler.applyFix('scale', 'en')).toMatchObject({ done: true, sentence: 'Done: 2 objects written.' });
      for (const name of names)
        expect(await api.request({ method: 'GET', path: path(name) })).toMatchObject({
          body: { spec: { replicas: 1 } },
        });
    });

    const cache = (name: string, spec: object) => ({
      apiVersion: 'kubefledged.io/v1alpha2',
      kind: 'ImageCache',
      metadata: { namespace: 'kube-fledged', name },
      spec,
    });
    const spec = { cacheSpec: [{ images: ['a.example/b:1'], nodeSelector: { 'kubernetes.io/hostname': 'host-1' } }] };

    it('keep ImageCaches out while the webhook that checks them is down, as the doctor says', async () => {
      await eventually(async () => (await post(cache('early', spec))).status === 500);
      const { findings } = await doctor().examine('en');
      expect(findings.find(({ id }) => id === 'webhook')).toMatchObject({
        level: expect.not.stringMatching('ok') as string,
      });
    });

    it('define ImageCaches with what kube-fledged and this product write, and nothing else', async () => {
      const webhook = installation('kube-fledged', choices).find(
        ({ kind }) => kind === 'ValidatingWebhookConfiguration',
      );
      if (webhook) await api.request({ method: 'DELETE', path: pathOf(refOf(webhook)) });
      const strict = { fieldValidation: 'Strict' };
      await eventually(async () => (await post(cache('web', spec), strict)).status === 201);
      const status = {
        status: 'Failed',
        reason: 'ImageCacheCreate',
        message: 'Image pull failed for some images. Please see "failures" section',
        startTime: '2026-01-01T00:00:00Z',
        completionTime: null,
        failures: { 'a.example/b:1': [{ node: 'host-1', reason: 'ImagePullBackOff', message: '' }] },
      };
      const path = `${caches}/web`;
      const { body } = await api.request({ method: 'GET', path });
      const whole = { ...(body as KubeObject), status };
      const written = await api.request({ method: 'PUT', path, query: strict, body: whole });
      expect(written).toMatchObject({ status: 200, body: { status: { failures: status.failures } } });
      const bad = [{}, { cacheSpec: [{ images: [] }] }, { cacheSpec: [{ images: [1] }] }];
      for (const wrong of bad) expect((await post(cache('wrong', wrong))).status).toBe(422);
      expect((await post(cache('odd', { ...spec, other: true }), strict)).status).toBe(400);
    });

    it('allow the accounts what their programs do, and not more', async () => {
      const review = async (account: string, verb: string, group: string, resource: string, name = '') => {
        const user = `system:serviceaccount:kube-fledged:${account}`;
        const resourceAttributes = { verb, group, resource, name, namespace: 'kube-fledged' };
        const answer = await api.request({
          method: 'POST',
          path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
          body: { spec: { user, resourceAttributes } },
        });
        return (answer.body as { status: { allowed: boolean } }).status.allowed;
      };
      const configurations = ['admissionregistration.k8s.io', 'validatingwebhookconfigurations'] as const;
      expect(await review('kubefledged-controller', 'create', 'batch', 'jobs')).toBe(true);
      expect(await review('kubefledged-controller', 'update', 'kubefledged.io', 'imagecaches')).toBe(true);
      expect(await review('kubefledged-controller', 'create', '', 'pods')).toBe(false);
      expect(await review('kubefledged-controller', 'get', '', 'secrets')).toBe(false);
      expect(
        await review('kubefledged-webhook-server', 'update', ...configurations, 'kubefledged-webhook-server'),
      ).toBe(true);
      expect(await review('kubefledged-webhook-server', 'update', ...configurations, 'other')).toBe(false);
    });
  });
}

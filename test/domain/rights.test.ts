import { describe, expect, it } from 'vitest';
import { resources } from '../../electron/domain/kubeObject';
import { grantsFor } from '../../electron/domain/rights/rbacManifests';
import {
  rightsFeatures,
  rightsFor,
  rightsModes,
  rightsRules,
  type RightsWanted,
} from '../../electron/domain/rights/rights';
import { rightsWords } from '../../electron/domain/words/rights';

const places = { namespaces: [], fledgedNamespace: 'kube-fledged', retagNamespace: 'kube-system' };
const everything: RightsWanted = { mode: 'retag', features: rightsFeatures, ...places };
const user = { kind: 'User', name: 'jane' } as const;

describe('the rights', () => {
  it('name no wildcard, and nothing that holds a secret or lets one become somebody else', () => {
    const sensitive = ['secrets', 'configmaps', 'serviceaccounts', 'roles', 'rolebindings', 'clusterroles'];
    for (const { group, resource, verbs } of rightsRules) {
      expect([group, resource, ...verbs].join()).not.toContain('*');
      expect(sensitive).not.toContain(resource);
      expect(resource).not.toContain('/');
      for (const verb of ['escalate', 'bind', 'impersonate', 'deletecollection', 'update'])
        expect(verbs).not.toContain(verb);
    }
  });

  it('let nothing be written in watch mode, and no pod be made or changed by what is only looked at', () => {
    const reads = ['get', 'list', 'watch'];
    const verbs = (mode: RightsWanted['mode'], features: RightsWanted['features'] = []) =>
      new Set(rightsFor({ mode, features, ...places }).map(({ verb }) => verb));
    for (const verb of verbs('watch', ['doctor', 'prepull'])) expect(reads).toContain(verb);
    expect(verbs('heal')).toEqual(new Set([...reads, 'patch', 'create', 'delete']));
  });

  it('of a mode are among those of the next one', () => {
    const keys = (mode: RightsWanted['mode']) =>
      rightsFor({ mode, features: [], ...places }).map((right) => JSON.stringify(right));
    for (const [index, mode] of rightsModes.slice(1).entries())
      expect(keys(mode)).toEqual(expect.arrayContaining(keys(rightsModes[index] ?? 'watch')));
  });

  it('are named once each, and not again in one namespace where they hold in all', () => {
    const rights = rightsFor(everything).map(({ verb, group, resource, namespace }) => [
      verb,
      group,
      resource,
      namespace,
    ]);
    const key = (right: readonly string[]) => right.join(' ');
    expect(new Set(rights.map(key)).size).toBe(rights.length);
    expect(rights.filter(([, , resource]) => resource === 'pods').map(key)).toEqual([
      'list  pods ',
      'watch  pods ',
      'patch  pods ',
      'create  pods ',
      'delete  pods ',
    ]);
  });

  it('stay in the namespaces that are given, but for what is in none', () => {
    const rights = rightsFor({ ...everything, namespaces: ['shop', 'web'] });
    const outside = new Set<string>(
      Object.values(resources).flatMap(({ plural, namespaced }) => (namespaced ? [] : plural)),
    );
    for (const { namespace, resource } of rights)
      expect([resource, namespace === '']).toEqual([resource, outside.has(resource) && resource !== 'namespaces']);
    expect(
      rightsFor({ mode: 'heal', features: [], ...places, namespaces: ['shop'] }).every(
        ({ namespace }) => namespace === 'shop',
      ),
    ).toBe(true);
    expect(
      rights.filter(
        ({ verb, resource, namespace }) => `${verb} ${resource} ${namespace}` === 'watch pods kube-fledged',
      ),
    ).toHaveLength(1);
  });

  it('say in both languages what they are for', () => {
    for (const { purposes, features } of Object.values(rightsWords)) {
      expect(Object.keys(purposes).sort()).toEqual(rightsRules.map(({ purpose }) => purpose).sort());
      expect(Object.keys(features).sort()).toEqual([...rightsFeatures].sort());
      for (const sentence of Object.values(purposes)) expect(sentence).toMatch(/[.。]$/);
    }
  });
});

describe('what grants them', () => {
  it('is one cluster role where they hold everywhere, and roles where they hold in some namespaces', () => {
    const kinds = (wanted: RightsWanted) =>
      grantsFor(wanted, [user]).map(({ role }) => `${role.kind} ${role.metadata.namespace ?? ''}`);
    expect(kinds({ mode: 'heal', features: [], ...places })).toEqual(['ClusterRole ']);
    expect(kinds({ mode: 'heal', features: [], ...places, namespaces: ['shop', 'web'] })).toEqual([
      'Role shop',
      'Role web',
    ]);
    expect(kinds(everything)).toEqual(['ClusterRole ', 'Role kube-system', 'Role kube-fledged']);
  });

  it('is bound to the subjects under one name, which no other subjects have', () => {
    const name = (...subjects: Parameters<typeof grantsFor>[1]) => {
      const [grant] = grantsFor(everything, subjects);
      expect(grant?.binding).toMatchObject({ roleRef: { name: grant?.role.metadata.name } });
      return grant?.role.metadata.name ?? '';
    };
    expect(name(user)).toBe('pullthrough-jane');
    const names = [
      name(user),
      name(user, { kind: 'User', name: 'joe' }),
      name({ kind: 'Group', name: 'jane' }),
      name({ kind: 'User', name: 'group-jane' }),
      name({ kind: 'User', name: 'https://id.example/#jane' }),
      name({ kind: 'User', name: 'https://id.example/%jane' }),
      name({ kind: 'ServiceAccount', namespace: 'a', name: 'b-c' }),
      name({ kind: 'ServiceAccount', namespace: 'a-b', name: 'c' }),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const each of names) expect(each).toMatch(/^[A-Za-z0-9.@_-]+$/);
  });
});

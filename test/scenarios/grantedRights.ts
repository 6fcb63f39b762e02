import { expect } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../electron/domain/kubeObject';
import { grantsFor } from '../../electron/domain/rights/rbacManifests';
import type { Right, RightsWanted } from '../../electron/domain/rights/rights';
import { machineClock } from '../../electron/engine/machineClock';
import { missingRights } from '../../electron/engine/doctor/rightsReview';
import { readKubeconfigs } from '../../electron/kube/kubeconfig';
import { CommandFolder } from '../headless/commandProcess';
import { eventually } from '../setup/eventually';
import type { Stage } from './stage';

export const places = { namespaces: [], fledgedNamespace: 'kube-fledged', retagNamespace: 'kube-system' };
const subject = { kind: 'User', name: 'granted' } as const;

export function named({ verb, group, resource }: Right): string {
  return `${verb} ${resource}${group === '' ? '' : `.${group}`}`;
}

/** What `pullthrough rbac` prints for the user `granted`. */
export async function printed(...args: string[]): Promise<readonly KubeObject[]> {
  const folder = new CommandFolder();
  try {
    const { code, out, err } = await folder.run(['rbac', '--user', subject.name, ...args]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return parseAllDocuments(out).map((document) => document.toJS() as KubeObject);
  } finally {
    folder.remove();
  }
}

/** The rights of `wanted` but this one, as `pullthrough rbac` would print them. */
export function grantsBut(wanted: RightsWanted, missing: Right): readonly KubeObject[] {
  return grantsFor(wanted, [subject]).flatMap(({ role, purposes, binding }) => {
    const rules = (role.rules as { verbs: readonly string[] }[]).map((rule, index) => {
      const isIt = purposes[index]?.purpose === missing.purpose && purposes[index].namespace === missing.namespace;
      return isIt ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== missing.verb) } : rule;
    });
    return [{ ...role, rules: rules.filter(({ verbs }) => verbs.length > 0) }, binding];
  });
}

/** Gives these rights, and waits until the API server knows that the user lacks exactly `missing` of `all`. */
export async function grantRights(
  { cluster }: Stage,
  objects: readonly KubeObject[],
  all: readonly Right[],
  missing: readonly Right[],
): Promise<void> {
  await cluster.grant(objects);
  const [context] = readKubeconfigs([cluster.kubeconfig(subject.name)], machineClock, Math.random).contexts;
  const connection = context?.connect();
  if (!connection) throw new Error(`no context of the user ${subject.name}`);
  let found: Awaited<ReturnType<typeof missingRights>> = [];
  try {
    await eventually(async () => {
      found = await missingRights(connection, all);
      return JSON.stringify(found) === JSON.stringify(missing);
    }, 20_000);
  } catch (error) {
    throw new Error(`found missing: ${JSON.stringify(found)}`, { cause: error });
  } finally {
    connection.close();
  }
}

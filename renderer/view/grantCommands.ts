/** What an account lacks, as the API server named it. */
export interface MissingRight {
  readonly context: string;
  readonly verb: string;
  /** Plural, with its API group where it has one: `pods`, `imagecaches.kubefledged.io`. */
  readonly resource: string;
  /** Empty for all namespaces. */
  readonly namespace: string;
}

/**
 * kubectl commands that an administrator can run to grant one missing right. `NAME` stays to be filled in:
 * the app does not know what the cluster calls the account.
 */
export function grantCommands({ context, verb, resource, namespace }: MissingRight): readonly string[] {
  const kind = namespace ? 'role' : 'clusterrole';
  const scope = namespace ? ` -n ${quote(namespace)}` : '';
  const name = `pullthrough-${verb}-${resource.replace(/[^a-z0-9]+/g, '-')}`;
  const kubectl = `kubectl --context ${quote(context)}${scope}`;
  return [
    `${kubectl} create ${kind} ${name} --verb=${verb} --resource=${resource}`,
    `${kubectl} create ${kind}binding ${name} --${kind}=${name} --user=NAME`,
  ];
}

/** For a POSIX shell; context names may hold anything. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** One context of a kubeconfig: a cluster, and a user known to it by a token. */
export interface ClusterAccess {
  /** Name of the context, its cluster and its user. */
  readonly context: string;
  readonly server: string;
  /** PEM text. */
  readonly ca: string;
  readonly token: string;
}

/** Text of a kubeconfig with these contexts; the first is the current one. */
export function kubeconfigText(accesses: readonly ClusterAccess[]): string {
  const lines = (make: (access: ClusterAccess) => readonly string[]) => accesses.flatMap(make);
  return [
    'apiVersion: v1',
    'kind: Config',
    `current-context: ${accesses[0]?.context ?? '""'}`,
    'clusters:',
    ...lines(({ context, server, ca }) => [
      `- name: ${context}`,
      '  cluster:',
      `    server: ${server}`,
      `    certificate-authority-data: ${Buffer.from(ca).toString('base64')}`,
    ]),
    'users:',
    ...lines(({ context, token }) => [`- name: ${context}`, '  user:', `    token: ${token}`]),
    'contexts:',
    ...lines(({ context }) => [
      `- name: ${context}`,
      '  context:',
      `    cluster: ${context}`,
      `    user: ${context}`,
      '    namespace: default',
    ]),
    '',
  ].join('\n');
}

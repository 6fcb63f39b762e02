import type { ClusterClient } from '../controllers/clusterClient';
import { inNamespace } from '../controllers/clusterClient';
import type { Pod } from '../objects';
import { fieldsOf, textOf } from '../objects';

/** `user:password` by registry host, from the secrets of type kubernetes.io/dockerconfigjson that the pod names. */
export async function pullLogins(client: ClusterClient, pod: Pod): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const { namespace = '' } = pod.metadata;
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    const secret = await client.get(`${inNamespace('/api/v1/secrets', namespace)}/${name}`);
    const encoded = fieldsOf(secret?.data)['.dockerconfigjson'];
    if (typeof encoded !== 'string') continue;
    const config = fieldsOf(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
    for (const [host, entry] of Object.entries(fieldsOf(config.auths))) {
      const { auth, username, password } = fieldsOf(entry);
      const plain = `${textOf(username)}:${textOf(password)}`;
      found.set(host, typeof auth === 'string' ? Buffer.from(auth, 'base64').toString('utf8') : plain);
    }
  }
  return found;
}

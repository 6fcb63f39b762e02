import { ApiConnection } from '../../electron/kube/apiConnection';

/** A server that answers when it is asked whether it is there, and everything else as the test says. */
export function presentServer(stream: ApiConnection['stream']): ApiConnection {
  const connection = new ApiConnection({ server: 'http://127.0.0.1:1', options: () => Promise.resolve({}) });
  connection.request = () => Promise.resolve({ status: 200, retryAfter: null, body: {} });
  connection.stream = stream;
  return connection;
}

import type { NodeRuntime } from './nodeRuntime';

/** How the Job's process ends when it could not do its work; any other failure is its own. */
export const exitCodes = { pull: 3, client: 4, name: 5 } as const;

/** Where the node's own root is in the Job's container. */
export const hostRoot = '/host';

/** The programs of a node are in one of these. */
export const programPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin:/snap/bin';

// What is asked for comes in the environment and as arguments, never as a part of the script. Kubernetes puts variables
// into `$(...)` by itself, so there is none of these.

const words = `run() { chroot ${hostRoot} "$@"; }
stop() { status=$1; shift; echo "$*" >&2; exit "$status"; }
`;

/** $CRI_CLIENT pulls in the runtime itself, with all that the node has set for registries. */
const criPull = `run $CRI_CLIENT --runtime-endpoint "unix://$SOCKET" --image-endpoint "unix://$SOCKET" pull "$PULL" >/dev/null`;
const hasCri = `run $CRI_CLIENT --runtime-endpoint "unix://$SOCKET" --image-endpoint "unix://$SOCKET" images -q >/dev/null 2>&1`;

/**
 * `content fetch` brings all that belongs to an image and leaves the unpacking to the runtime: only that knows which
 * snapshotter its containers use. It takes no settings for registries but from the folder that it is told, and needs none
 * to be there.
 */
const containerd = `${words}ctr() { run $CLIENT --address "$SOCKET" --namespace k8s.io "$@"; }
run $CLIENT --version >/dev/null 2>&1 || stop ${String(exitCodes.client)} "the node has no program $CLIENT"
if ${hasCri}; then
  ${criPull} || exit ${String(exitCodes.pull)}
else
  ctr content fetch --hosts-dir "$HOSTS" "$PULL" >/dev/null || exit ${String(exitCodes.pull)}
fi
for name; do
  ctr images tag --force "$PULL" "$name" >/dev/null || exit ${String(exitCodes.name)}
done
`;

/** podman and skopeo work on the same store as CRI-O (containers/storage), which looks into it for every container. */
const crio = `${words}if ${hasCri}; then
  ${criPull} || exit ${String(exitCodes.pull)}
elif run podman --version >/dev/null 2>&1; then
  run podman pull -q "$PULL" >/dev/null || exit ${String(exitCodes.pull)}
else
  stop ${String(exitCodes.client)} "the node has neither a program crictl nor podman"
fi
for name; do
  run podman tag "$PULL" "$name" 2>/dev/null ||
    run skopeo copy -q "containers-storage:$PULL" "containers-storage:$name" >/dev/null ||
    stop ${String(exitCodes.name)} "neither podman nor skopeo could give the image its name"
done
`;

const docker = `${words}run docker --version >/dev/null 2>&1 || stop ${String(exitCodes.client)} "the node has no program docker"
run docker --host "unix://$SOCKET" pull -q "$PULL" >/dev/null || exit ${String(exitCodes.pull)}
for name; do
  run docker --host "unix://$SOCKET" tag "$PULL" "$name" || exit ${String(exitCodes.name)}
done
`;

/** Pulls $PULL with the node's own client, and gives it each of the names that it is called with. */
export const retagScripts: Readonly<Record<NodeRuntime['is'], string>> = { containerd, 'cri-o': crio, docker };

/** As much of a pod as shows whether it waits for an image, in JSON. */
export interface JsonPod {
  readonly status?: {
    readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: { readonly reason?: string } } }[];
  };
}

/** Whether the image of a container cannot be pulled. */
export function podFails({ status }: JsonPod): boolean {
  return (status?.containerStatuses ?? []).some(({ state }) => {
    const reason = state?.waiting?.reason;
    return reason === 'ErrImagePull' || reason === 'ImagePullBackOff';
  });
}

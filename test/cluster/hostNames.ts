/** The registries that exist in every test cluster, besides the public ones. */
export const mirrors = { first: 'first.mirror.example', second: 'second.mirror.example' } as const;
export const privateHost = 'private.registry.example';

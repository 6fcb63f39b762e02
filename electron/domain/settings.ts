import * as z from 'zod';

/**
 * What a person has chosen, with defaults that need no choice. One schema checks it wherever it enters:
 * from the settings file, from a window, from flags.
 */
export const contextSettingsSchema = z.strictObject({
  watch: z.boolean(),
  auto: z.boolean(),
  /** A person has agreed once that the app may write to this cluster. */
  agreed: z.boolean(),
  /** Namespaces to watch where neither all nor their list may be read; the context's own is tried anyway. */
  namespaces: z.array(z.string().min(1)).optional(),
  /** What can be restored is restored without a click, although that restarts containers. */
  restore: z.boolean().optional(),
  /** The nodes themselves give a pulled image its own name, so that no pod is edited. */
  retag: z.boolean().optional(),
  /** Label selector of further nodes that a healed image is brought onto ahead of need; empty = all, absent = none. */
  prepull: z.string().optional(),
});

export const mirrorRuleSchema = z.strictObject({
  name: z.string().min(1),
  /** Host glob with an optional path prefix: `*`, `docker.io`, `*.gcr.io`, `ghcr.io/acme/*`. */
  match: z.string().min(1),
  /** Patterns as in `match` of what this rule leaves to the next. */
  except: z.array(z.string().min(1)).optional(),
  /** Image path pattern with {host} {path} {name} {tag} {digest}; tag and digest are added when not named. */
  template: z.string().min(1),
});

export const settingsSchema = z.strictObject({
  language: z.enum(['system', 'en', 'zh']),
  theme: z.enum(['system', 'light', 'dark']),
  /** Further kubeconfig files, and folders of them; KUBECONFIG or ~/.kube/config are always read. */
  kubeconfigs: z.array(z.string().min(1)),
  contexts: z.record(z.string(), contextSettingsSchema),
  /** In order of trial. */
  mirrors: z.array(mirrorRuleSchema),
  /** Registries and images that never go through a mirror, as in NO_PROXY. */
  noProxy: z.array(z.string().min(1)),
  excludedNamespaces: z.array(z.string().min(1)),
  /** What a click on a notification does where a fix is possible and was agreed to. */
  notificationClick: z.enum(['fix', 'open']),
  /** The namespace of kube-fledged; empty = find it. */
  fledgedNamespace: z.string(),
  /** The image of the short-lived Job that gives images their own names on a node; any that has `sh` and `chroot`. */
  retagImage: z.string().min(1),
  /** The namespace of that Job, which must admit pods with host paths. */
  retagNamespace: z.string().min(1),
  /** Hosts of the mirrors that this computer may ask beforehand whether they have an image. */
  probedMirrors: z.array(z.string().min(1)),
  /** Path of DaoCloud's list of what its mirror serves (allows.txt); empty = not given. */
  allowList: z.string(),
});

export type Settings = z.infer<typeof settingsSchema>;
export type ContextSettings = z.infer<typeof contextSettingsSchema>;
export type MirrorRule = z.infer<typeof mirrorRuleSchema>;

export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  kubeconfigs: [],
  contexts: {},
  mirrors: [{ name: 'm.daocloud.io', match: '*', template: 'm.daocloud.io/{host}/{path}' }],
  noProxy: [],
  excludedNamespaces: [],
  notificationClick: 'fix',
  fledgedNamespace: '',
  retagImage: 'docker.io/library/busybox:1.37.0',
  retagNamespace: 'kube-system',
  probedMirrors: [],
  allowList: '',
};

/** A context that nobody has chosen yet is off: nothing is watched, and nothing written, unasked. */
export const unchosenContext: ContextSettings = { watch: false, auto: false, agreed: false };

import * as z from 'zod';
import type { AppState } from '../domain/appState';
import type { Examination } from '../domain/doctor/examination';
import type { RetagDescription } from '../domain/retag/retagDescription';
import { contextSettingsSchema, mirrorRuleSchema, settingsSchema, type MirrorRule } from '../domain/settings';

/**
 * Everything that crosses between a window and the engine. A window gets snapshots of the state and sends
 * commands; each command's payload is parsed with the schema here before anything acts on it, and errors
 * come back as data. The same contract serves Electron's IPC and the loopback page.
 */
const contextName = z.string().min(1).max(512);
const id = z.string().min(1).max(1024);
/** For the sentences that come back. */
const language = z.enum(['en', 'zh']);

export const commandSchemas = {
  /** Heals one incident; `agree` also records that writing to this context is agreed to. */
  fix: z.strictObject({ context: contextName, incident: id, agree: z.boolean() }),
  /** What waits for a retag of this incident, or after it for its kubelet's next attempt, is swapped at once instead. */
  swapNow: z.strictObject({ context: contextName, incident: id }),
  /** Heals every healable incident of the contexts where writing was agreed to. */
  fixAll: z.strictObject({}),
  /** What is not named stays; `prepull: null` takes that choice back, as no text can. */
  setContext: z.strictObject({
    context: contextName,
    settings: contextSettingsSchema.partial().extend({ prepull: z.string().nullable().optional() }),
  }),
  retryContext: z.strictObject({ context: contextName }),
  /** Tries to pull the original on the node, which decides between ready and held. */
  checkRestore: z.strictObject({ context: contextName, restore: id }),
  restore: z.strictObject({ context: contextName, restore: id }),
  /** Puts back, in every context where writing was agreed to, what goes back without restarting anything. */
  restoreFree: z.strictObject({}),
  /** Looks kube-fledged, the rights and what is ours over in one context; writes nothing. */
  examine: z.strictObject({ context: contextName, language }),
  /** Does one fix of the last `examine`, with exactly the objects that it showed. */
  applyFix: z.strictObject({ context: contextName, fix: id, language }),
  /** What turning retag on would mean in a context; writes nothing. */
  describeRetag: z.strictObject({ context: contextName, language }),
  changeSettings: z.strictObject({
    settings: settingsSchema.omit({ contexts: true }).partial(),
  }),
  /** What the given rules make of an image, without saving them. */
  tryRewrite: z.strictObject({
    image: z.string().max(1024),
    mirrors: z.array(mirrorRuleSchema),
    noProxy: z.array(z.string()),
  }),
  /** A file when `folder` is absent. */
  chooseKubeconfig: z.strictObject({ folder: z.literal(true).optional() }),
  /** Lets a person choose the file of `settings.allowList`. */
  chooseAllowList: z.strictObject({}),
  /**
   * Reads mirror rules, from a file that a person chooses or, in a browser, from one that was chosen there. Nothing
   * is changed by it.
   */
  importRules: z.strictObject({
    language,
    file: z.strictObject({ name: z.string().max(1024), text: z.string().max(400_000) }).nullable(),
  }),
  /** Writes the mirror rules of the settings to a file that a person names; a browser gets its text to save it there. */
  exportRules: z.strictObject({ language }),
  openPath: z.strictObject({ path: z.string().min(1) }),
  copyText: z.strictObject({ text: z.string().max(65_536) }),
  hideWindow: z.strictObject({}),
} as const;

export type CommandName = keyof typeof commandSchemas;
export type CommandPayload<N extends CommandName> = z.infer<(typeof commandSchemas)[N]>;

export type RewriteTry =
  | { readonly rule: string; readonly proxied: string }
  | { readonly rule: string; readonly refused: string; readonly about: string };

/** The rules of a file, and its name without its folder; null when no file was chosen. */
export type ImportedRules = { readonly file: string; readonly rules: readonly MirrorRule[] } | null;

/** Where the rules were saved, or what is to be saved under a name; null when no file was named. */
export type ExportedRules = { readonly saved: string } | { readonly name: string; readonly text: string } | null;

interface CommandAnswers {
  examine: Examination;
  /** How the fix went, one sentence, and what is found afterwards. */
  applyFix: { readonly sentence: string; readonly examination: Examination };
  describeRetag: RetagDescription;
  tryRewrite: readonly RewriteTry[];
  importRules: ImportedRules;
  exportRules: ExportedRules;
}
export type CommandAnswer<N extends CommandName> = N extends keyof CommandAnswers ? CommandAnswers[N] : null;

/** Errors cross as data: one clear sentence for the row that the command came from. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: CommandError };
export interface CommandError {
  readonly code: 'bad-request' | 'not-found' | 'not-agreed' | 'not-possible' | 'failed';
  readonly message: string;
}

/** What a window is given to work with; Electron's preload, the loopback page and tests each make one. */
export interface Bridge {
  /** Calls back with the current snapshot and with each later one, until the returned function is called. */
  onState(listener: (state: AppState) => void): () => void;
  /** The shell asks the window to show something: an incident after a click, a section from the menu. */
  onShow(listener: (target: ShowTarget) => void): () => void;
  /** Only where the engine is another process that may stop: tells when it no longer answers, and when it does again. */
  onConnection?(listener: (connected: boolean) => void): () => void;
  send<N extends CommandName>(name: N, payload: CommandPayload<N>): Promise<Result<CommandAnswer<N>>>;
  readonly platform: 'electron' | 'page';
}

export type ShowTarget =
  | { readonly section: 'failing' | 'cached' | 'restores' | 'activity' | 'contexts' | 'settings' }
  /** An incident's id is unique in its context; without a context the first that has it is meant. */
  | { readonly incident: string; readonly context?: string };

import { SvelteMap } from 'svelte/reactivity';
import type { Examination } from '../../electron/domain/doctor/examination';
import type { Language } from '../../electron/domain/words/language';
import type { WindowModel } from './windowModel.svelte';

/** What the window knows of the examination of one context. */
interface Examined {
  /** The latest that was found. */
  readonly found: Examination | null;
  /** The fix whose objects are shown, by its id. */
  readonly shown: string | null;
  /** The fix that is being done. */
  readonly working: WorkingFix | null;
  /** How the last fix went. */
  readonly news: { readonly fix: string; readonly sentence: string } | null;
}

export interface WorkingFix {
  readonly fix: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The newest entry of the activity before it began. */
  readonly after: string | null;
}

const nothing: Examined = { found: null, shown: null, working: null, news: null };

export const examinationRow = (context: string): string => `examination ${context}`;
export const fixRow = (context: string, fix: string): string => `fix ${context}\n${fix}`;

/** The examinations of this window's life: leaving the page of one loses nothing, neither findings nor a fix under way. */
export class Examinations {
  readonly #known = new SvelteMap<string, Examined>();
  /** Context -> the fix whose button gets the focus back. Nothing on the screen depends on it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- bookkeeping that must not make anything run again
  readonly #left = new Map<string, string>();
  readonly #model: WindowModel;

  constructor(model: WindowModel) {
    this.#model = model;
  }

  of(context: string): Examined {
    return this.#known.get(context) ?? nothing;
  }

  /** Looks a context over, which writes nothing. */
  async look(context: string, language: Language): Promise<void> {
    const result = await this.#model.send(examinationRow(context), 'examine', { context, language });
    if (result.ok) this.#take(context, result.value);
  }

  /** Shows what a fix would write, or with null all findings again. */
  show(context: string, fix: string | null): void {
    const { shown } = this.of(context);
    if (fix === null && shown !== null) this.#left.set(context, shown);
    this.#change(context, { shown: fix });
  }

  /** Whether the objects of this fix were the last to be left; only the first that asks is told so. */
  comesBackTo(context: string, fix: string): boolean {
    return this.#left.get(context) === fix && this.#left.delete(context);
  }

  /** Does a fix whose objects are shown. `agree`: writing to this context is agreed to with it. */
  async apply(context: string, fix: string, language: Language, agree: boolean): Promise<void> {
    const model = this.#model;
    const row = fixRow(context, fix);
    if (agree) {
      const agreed = await model.send(row, 'setContext', { context, settings: { agreed: true } });
      if (!agreed.ok) return;
    }
    const after = model.state?.activity[0]?.id ?? null;
    this.#change(context, { working: { fix, since: model.now, after }, news: null });
    const result = await model.send(row, 'applyFix', { context, fix, language });
    this.#change(context, { working: null });
    if (!result.ok) return;
    this.#take(context, result.value.examination);
    this.#change(context, { shown: null, news: { fix, sentence: result.value.sentence } });
  }

  dismissNews(context: string): void {
    this.#change(context, { news: null });
  }

  /** One that was begun earlier may be answered later. */
  #take(context: string, found: Examination): void {
    if (found.at >= (this.of(context).found?.at ?? 0)) this.#change(context, { found });
  }

  #change(context: string, change: Partial<Examined>): void {
    this.#known.set(context, { ...this.of(context), ...change });
  }
}

import { Notification } from 'electron';
import type { AppState } from '../domain/appState';
import type { Notice } from '../domain/views/notices';
import type { Language } from '../domain/words/language';
import { noticeText, type NoticeText } from '../domain/words/notices';
import type { Application } from '../engine/application';
import type { ShowTarget } from '../ipc/contract';
import { hasButtons, plainBody } from './notificationSupport';
import { report } from './report';

export interface NotificationParts {
  readonly application: Application;
  readonly language: () => Language;
  readonly show: (target: ShowTarget) => void;
  readonly platform: NodeJS.Platform;
  /** Of Electron. */
  readonly majorVersion: number;
}

interface Shown {
  readonly notice: Notice;
  readonly notification: Notification;
}

/** More than a person reads; the oldest then lose their click. */
const mostKept = 50;

/** Native notifications: one per notice, taken away again when what they offer no longer holds. */
export function startNotifications(parts: NotificationParts): () => void {
  const { application } = parts;
  // What is shown has to be referenced, or it is garbage collected and its click goes nowhere.
  const shown = new Set<Shown>();

  const stopNotices = application.onNotice((notice) => {
    const text = noticeText(notice, application.state(), parts.language());
    if (text && Notification.isSupported()) present(notice, text);
  });
  const stopStates = application.onState((state) => {
    for (const one of shown) if (isOver(one.notice, state)) close(one);
  });

  function present(notice: Notice, text: NoticeText): void {
    const fixes = clickFixes(notice, application.state());
    const buttons = hasButtons(parts.platform, parts.majorVersion) ? buttonsFor(notice) : [];
    const notification = new Notification({
      title: text.title,
      body: plainBody(text.body, parts.platform),
      urgency: quiet.has(notice.kind) ? 'low' : 'normal',
      silent: quiet.has(notice.kind),
      actions: buttons.map((button) => ({ type: 'button', text: text[button] })),
    });
    const one: Shown = { notice, notification };
    shown.add(one);
    for (const oldest of shown) {
      if (shown.size <= mostKept) break;
      shown.delete(oldest);
    }
    // Windows has been seen to report one answer twice, and a click beside its action.
    let answered = false;
    const answer = (does: 'fix' | 'open') => {
      if (answered) return;
      answered = true;
      shown.delete(one);
      if (does === 'fix') void fix(notice);
      else parts.show(targetOf(notice));
    };
    notification.on('click', () => {
      answer(fixes ? 'fix' : 'open');
    });
    notification.on('action', (details, index) => {
      // Electron 25 gives the number second, later ones inside the first.
      const given = details as { readonly actionIndex?: number };
      answer(buttons[given.actionIndex ?? index] ?? 'open');
    });
    notification.on('close', () => shown.delete(one));
    notification.on('failed', (_event, error) => {
      shown.delete(one);
      report(`a notification could not be shown (${text.title})`, error || undefined);
    });
    notification.show();
  }

  async function fix(notice: Notice): Promise<void> {
    if (notice.kind !== 'failure') return;
    const { context, incident } = notice;
    const result = await application.command('fix', { context, incident, agree: false });
    // The row in the window says why it does not go, and what else to do.
    if (!result.ok) parts.show(targetOf(notice));
  }

  function close(one: Shown): void {
    shown.delete(one);
    one.notification.close();
  }

  return () => {
    stopNotices();
    stopStates();
    for (const one of [...shown]) close(one);
  };
}

/** Good news disturbs nobody. */
const quiet: ReadonlySet<Notice['kind']> = new Set(['healed', 'restore-ready', 'restored']);

const buttonsFor = (notice: Notice): readonly ('fix' | 'open')[] => {
  if (notice.kind === 'failure') return notice.fixable ? ['fix', 'open'] : ['open'];
  return notice.kind === 'gave-up' ? ['open'] : [];
};

const clickFixes = (notice: Notice, state: AppState): boolean =>
  notice.kind === 'failure' && notice.fixable && state.settings.notificationClick === 'fix';

function targetOf(notice: Notice): ShowTarget {
  switch (notice.kind) {
    case 'failure':
    case 'gave-up':
      return { context: notice.context, incident: notice.incident };
    case 'healed':
    case 'several-failures':
      return { section: 'failing' };
    case 'restore-ready':
    case 'restored':
    case 'swapped-back':
      return { section: 'restores' };
  }
}

/** A notification that offers a click for something that is over would only mislead. */
function isOver(notice: Notice, state: AppState): boolean {
  if (notice.kind !== 'failure' && notice.kind !== 'gave-up') return false;
  const incident = state.incidents.find((one) => one.context === notice.context && one.id === notice.incident);
  return !incident || incident.progress.is === 'healed';
}

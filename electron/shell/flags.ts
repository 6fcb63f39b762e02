import { parseArgs } from 'node:util';

/** What the desktop app can be told when it is started; Chromium's own flags are left to Chromium. */
export interface Flags {
  /** Runs against a simulated cluster and touches no file of the real app. */
  readonly demo: boolean;
  /** Starts in the tray alone, as at login. */
  readonly hidden: boolean;
  /** Keeps the window when it loses the focus. */
  readonly stayOpen: boolean;
  /** Read instead of KUBECONFIG and ~/.kube/config. */
  readonly kubeconfigs: readonly string[];
}

export function parseFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    // Whatever Chromium, a debugger or a desktop file adds is none of our business.
    strict: false,
    allowPositionals: true,
    options: {
      demo: { type: 'boolean' },
      hidden: { type: 'boolean' },
      'stay-open': { type: 'boolean' },
      kubeconfig: { type: 'string', multiple: true },
    },
  });
  const kubeconfigs = Array.isArray(values.kubeconfig) ? values.kubeconfig : [];
  const demo = values.demo === true;
  return {
    demo,
    hidden: values.hidden === true,
    stayOpen: demo || values['stay-open'] === true,
    kubeconfigs: kubeconfigs.filter((file): file is string => typeof file === 'string' && file !== ''),
  };
}

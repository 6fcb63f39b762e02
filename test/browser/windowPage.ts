import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AppState } from '../../electron/domain/appState';
import type { CommandAnswer, CommandName, ShowTarget } from '../../electron/ipc/contract';
import { readStatic } from '../../electron/ipc/staticFiles';
import { openChromium } from './chromium';

const output = resolve(import.meta.dirname, '../output');
export const pictureFolder = resolve(output, 'pictures');

export interface Look {
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'zh';
  readonly width: number;
  readonly height: number;
}

type Answers = { readonly [N in CommandName]?: CommandAnswer<N> };

/** What the page is given in place of Electron's bridge. */
export interface Staged {
  readonly state: AppState | null;
  readonly show?: ShowTarget;
  /** Commands that fail, with the sentence that comes back. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** Commands that bring something back. */
  readonly answers?: Answers;
  /** The same, where what comes back is in the language that was asked for. */
  readonly answersIn?: Readonly<Record<Look['language'], Answers>>;
  /** Commands that are never answered. */
  readonly hold?: readonly CommandName[];
}

/** A page with what went wrong in it. */
export interface WindowPage {
  readonly page: Page;
  /** Errors of the console, of scripts and of the content security policy. */
  readonly errors: readonly string[];
  readonly context: BrowserContext;
}

/** The built window on a loopback server with the shipped headers, in a real Chromium. */
export class WindowStage {
  readonly #browser: Browser;
  readonly #server: Server;

  private constructor(browser: Browser, server: Server) {
    this.#browser = browser;
    this.#server = server;
  }

  static async open(): Promise<WindowStage> {
    const folder = resolve(output, 'window');
    await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, 'buildWindow.mjs'), folder], {
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
      readStatic(folder, pathname).then(
        (file) => response.writeHead(file.status, file.headers).end(file.body),
        (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const browser = await openChromium();
    return new WindowStage(browser, server);
  }

  /** Opens the window at a fixed time, with nothing that moves. */
  async show(look: Look, now: number, staged: Staged): Promise<WindowPage> {
    const context = await this.#browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.theme,
      locale: look.language === 'zh' ? 'zh-CN' : 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('requestfailed', (request) => errors.push(`${request.url()}: ${request.failure()?.errorText ?? ''}`));
    await page.clock.setFixedTime(now);
    const answers = { ...staged.answers, ...staged.answersIn?.[look.language] };
    await page.addInitScript(stageBridge, { ...staged, answers });
    await page.goto(`http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/`);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    return { page, errors, context };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

/** Runs in the page, before its scripts: everything that it needs is in its argument. */
function stageBridge(staged: Staged): void {
  const sent: { name: string; payload: unknown }[] = [];
  const bridge = {
    platform: 'electron',
    onState(listener: (state: AppState) => void) {
      if (staged.state) listener(staged.state);
      return () => undefined;
    },
    onShow(listener: (target: ShowTarget) => void) {
      if (staged.show) listener(staged.show);
      return () => undefined;
    },
    send(name: CommandName, payload: unknown) {
      sent.push({ name, payload });
      if (staged.hold?.includes(name)) return new Promise<never>(() => undefined);
      const message = staged.refuse?.[name];
      if (message !== undefined) return Promise.resolve({ ok: false, error: { code: 'failed', message } });
      return Promise.resolve({ ok: true, value: staged.answers?.[name] ?? (name === 'tryRewrite' ? [] : null) });
    },
  };
  Object.assign(window, { pullthrough: bridge, sentCommands: sent });
}

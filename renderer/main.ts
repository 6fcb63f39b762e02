import { mount } from 'svelte';
import type { Bridge } from '../electron/ipc/contract';
import App from './App.svelte';
import './css/tokens.css';
import './css/base.css';
import './css/controls.css';
import './css/list.css';
import './css/question.css';
import './css/trail.css';
import { chooseFile, saveFile } from './browserFiles';
import { WindowModel } from './model/windowModel.svelte';
import { createPageBridge } from './pageBridge';

declare global {
  interface Window {
    /** Exposed by Electron's preload; absent in a browser. */
    readonly pullthrough?: Bridge;
  }
}

function bridge(): Bridge {
  return (
    window.pullthrough ??
    createPageBridge(new URL(location.href), {
      events: (url) => new EventSource(url),
      fetch: (url, init) => fetch(url, init),
      copy: (text) => navigator.clipboard.writeText(text),
      chooseFile,
      saveFile,
    })
  );
}

const model = new WindowModel(bridge(), { now: () => Date.now(), locale: () => navigator.language });
const target = document.getElementById('window');
if (!target) throw new Error('index.html has no #window');
mount(App, { target, props: { model } });

import { configure } from '@testing-library/svelte';

// a machine that does much else besides takes its time
configure({ asyncUtilTimeout: 10_000 });

/** What jsdom lacks of a browser, as far as the window uses it: nothing moves, nothing has a size. */
class NoResizes implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
globalThis.ResizeObserver = NoResizes;

window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });

Element.prototype.scrollIntoView = () => undefined;

Element.prototype.animate = () => Object.assign(new EventTarget(), { cancel() {}, finish() {} }) as Animation;

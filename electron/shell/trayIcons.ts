import { nativeImage, type NativeImage } from 'electron';
import type { TrayIcon } from '../domain/views/trayStatus';
import blind2x from './icons/blind@2x.png?inline';
import blind from './icons/blind.png?inline';
import blindTemplate2x from './icons/blindTemplate@2x.png?inline';
import blindTemplate from './icons/blindTemplate.png?inline';
import failing2x from './icons/failing@2x.png?inline';
import failing from './icons/failing.png?inline';
import failingTemplate2x from './icons/failingTemplate@2x.png?inline';
import failingTemplate from './icons/failingTemplate.png?inline';
import idle2x from './icons/idle@2x.png?inline';
import idle from './icons/idle.png?inline';
import idleTemplate2x from './icons/idleTemplate@2x.png?inline';
import idleTemplate from './icons/idleTemplate.png?inline';
import paused2x from './icons/paused@2x.png?inline';
import paused from './icons/paused.png?inline';
import pausedTemplate2x from './icons/pausedTemplate@2x.png?inline';
import pausedTemplate from './icons/pausedTemplate.png?inline';
import working2x from './icons/working@2x.png?inline';
import working from './icons/working.png?inline';
import workingTemplate2x from './icons/workingTemplate@2x.png?inline';
import workingTemplate from './icons/workingTemplate.png?inline';

type Scales = readonly [normal: string, double: string];

const coloured: Readonly<Record<TrayIcon, Scales>> = {
  idle: [idle, idle2x],
  working: [working, working2x],
  failing: [failing, failing2x],
  blind: [blind, blind2x],
  paused: [paused, paused2x],
};

/** macOS colours a template itself, to suit the menu bar; the shapes alone tell the states apart there. */
const templates: Readonly<Record<TrayIcon, Scales>> = {
  idle: [idleTemplate, idleTemplate2x],
  working: [workingTemplate, workingTemplate2x],
  failing: [failingTemplate, failingTemplate2x],
  blind: [blindTemplate, blindTemplate2x],
  paused: [pausedTemplate, pausedTemplate2x],
};

const drawn = new Map<TrayIcon, NativeImage>();

/** The icon of a state at 22 points, made once. */
export function trayImage(icon: TrayIcon, platform: NodeJS.Platform): NativeImage {
  const known = drawn.get(icon);
  if (known) return known;
  const isMac = platform === 'darwin';
  const [normal, double] = (isMac ? templates : coloured)[icon];
  const image = nativeImage.createEmpty();
  image.addRepresentation({ scaleFactor: 1, dataURL: normal });
  image.addRepresentation({ scaleFactor: 2, dataURL: double });
  image.setTemplateImage(isMac);
  drawn.set(icon, image);
  return image;
}

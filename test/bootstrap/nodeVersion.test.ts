import { expect, test } from 'vitest';
import { complaintAboutNode } from '../../electron/bootstrap/nodeVersion.mjs';

test.each(['20.19.0', '20.20.2', '22.0.0', '24.21.0'])('Node %s is new enough', (version) => {
  expect(complaintAboutNode(version)).toBeNull();
});

test.each(['18.20.8', '20.18.3', '9.99.0'])('Node %s gets one sentence', (version) => {
  expect(complaintAboutNode(version)).toBe(`Pullthrough needs Node 20.19 or newer; this is Node ${version}.`);
});

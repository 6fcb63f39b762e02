import { expect, it } from 'vitest';
import { conditionOf, templateManifest, templateStatus } from './benchPods';
import { managedFields } from './managedFields';
import { namespaces, numberIn, podMarks, podName, templateMarks } from './podMarks';
import { PodTemplate } from './podTemplate';

const uid = '99999999-9999-4999-8999-999999999999';
const bytesOf = (pod: object) => Buffer.from(JSON.stringify(pod));
const template = new PodTemplate(bytesOf({ ...templateManifest(), status: templateStatus('running'), uid }), {
  ...templateMarks,
  uid,
});

it('makes a pod of which nothing is the template, by writing over its bytes', () => {
  const text = template.render(podMarks(1234, 5)).toString();
  for (const mark of [...Object.values(templateMarks), uid]) expect(text).not.toContain(mark);
  expect(JSON.parse(text)).toMatchObject({
    metadata: {
      name: podName(podMarks(1234)),
      namespace: podMarks(1234).namespace,
      annotations: { 'bench.example.com/change': 'turn-00000005' },
    },
    uid: podMarks(1234).uid,
  });
});

it('makes pods that differ from each other, and the same one each time', () => {
  const made = Array.from({ length: 500 }, (_, number) => template.render(podMarks(number)).toString());
  expect(new Set(made).size).toBe(500);
  expect(template.render(podMarks(7)).toString()).toBe(made[7]);
  expect(new Set(made.map((text) => text.length)).size).toBe(1);
});

it('refuses a mark of another length', () => {
  expect(() => template.render({ ...podMarks(1), number: 'q1' })).toThrow('is not as long as');
});

it('knows a pod by its name', () => {
  expect(numberIn(podName(podMarks(42)))).toBe(42);
  expect(numberIn('nginx-0')).toBeNull();
});

it('has failing pods in every namespace of a cluster of ten thousand', () => {
  const failing = Array.from({ length: 10_000 }, (_, number) => number).filter((n) => conditionOf(n) === 'failing');
  expect(failing).toHaveLength(100);
  expect(new Set(failing.map((number) => podMarks(number).namespace)).size).toBe(namespaces.length);
});

it('names the managed fields of an object, and those of named items one by one', () => {
  const [entry] = managedFields(
    { spec: { hosts: [{ name: 'a', port: 1 }], tags: ['x'] } },
    { manager: 'm', time: 't' },
  );
  expect(entry?.fieldsV1).toEqual({
    'f:spec': { 'f:hosts': { 'k:{"name":"a"}': { '.': {}, 'f:name': {}, 'f:port': {} } }, 'f:tags': {} },
  });
});

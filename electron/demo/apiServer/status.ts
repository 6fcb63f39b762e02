import type { ResourceType } from './resources';

/** A Kubernetes `Status`, the body of every error answer. Texts as kube-apiserver 1.35 writes them. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly status: 'Failure' | 'Success';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly code?: number;
}

export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueTypeInvalid'
    | 'FieldValueForbidden'
    | 'FieldValueDuplicate';
  readonly field: string;
  /** What stands after the field: `Required value`, `Forbidden: ...`. */
  readonly text: string;
}

/** Ends a request with an error answer. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  constructor(
    readonly code: number,
    readonly status: Status,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Sent instead of the Status where the real server writes plain text. */
    readonly plain: string | null = null,
  ) {
    super(status.message ?? '');
  }
}

export function failure(
  code: number,
  reason: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  metadata: Readonly<Record<string, unknown>> = {},
): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata, status: 'Failure', message, reason, details, code };
}

function fault(
  code: number,
  reason: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): ApiFault {
  return new ApiFault(code, failure(code, reason, message, details));
}

/** `pods`, or `deployments.apps` outside of the core group. */
function qualified(type: ResourceType): string {
  return type.group === '' ? type.plural : `${type.plural}.${type.group}`;
}

function detailsOf(type: ResourceType, name: string): Record<string, unknown> {
  return { ...(name && { name }), ...(type.group && { group: type.group }), kind: type.plural };
}

export const unauthorized = () =>
  new ApiFault(401, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  });

export const badRequest = (message: string) =>
  new ApiFault(400, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'BadRequest',
    code: 400,
  });

export const notFound = (type: ResourceType, name: string) =>
  fault(404, 'NotFound', `${qualified(type)} "${name}" not found`, detailsOf(type, name));

export const alreadyExists = (type: ResourceType, name: string) =>
  fault(409, 'AlreadyExists', `${qualified(type)} "${name}" already exists`, detailsOf(type, name));

export const conflict = (type: ResourceType, name: string, why: string) =>
  fault(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`,
    detailsOf(type, name),
  );

/** A deletion that was meant for another object of that name. */
export const preconditionFailed = (type: ResourceType, name: string, why: string) =>
  fault(409, 'Conflict', `Operation cannot be fulfilled on ${type.kind} "${name}": ${why}`, {
    name,
    ...(type.group && { group: type.group }),
    kind: type.kind,
  });

export const modified = (type: ResourceType, name: string) =>
  conflict(type, name, 'the object has been modified; please apply your changes to the latest version and try again');

export const methodNotAllowed = () =>
  fault(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

/** A patch of a kind that nothing takes, or that this type of object does not take. */
export const unsupportedMedia = (accepted: readonly string[] | null) =>
  fault(
    415,
    'UnsupportedMediaType',
    accepted === null
      ? '415: Unsupported Media Type'
      : `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

/** A subresource that the type does not have. */
export const noSuchResource = () => fault(404, 'NotFound', 'the server could not find the requested resource');

/** A JSON patch that does not apply, a failed `test` included: the server does not say which operation. */
export const patchDoesNotApply = () =>
  fault(422, 'Invalid', 'the server rejected our request due to an error in our request');

export const forbidden = (type: ResourceType, name: string, why: string) =>
  fault(403, 'Forbidden', `${qualified(type)}${name ? ` "${name}"` : ''} is forbidden: ${why}`, detailsOf(type, name));

export function invalid(type: ResourceType, name: string, errors: readonly FieldError[]): ApiFault {
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
  const texts = errors.map(({ field, text }) => `${field}: ${text}`);
  const all = texts.length === 1 ? String(texts[0]) : `[${texts.join(', ')}]`;
  return fault(422, 'Invalid', `${kind} "${name}" is invalid: ${all}`, {
    name,
    ...(type.group && { group: type.group }),
    kind: type.kind,
    causes: errors.map(({ reason, field, text }) => ({ reason, message: text, field })),
  });
}

export const expired = (message: string, metadata: Readonly<Record<string, unknown>> = {}) =>
  new ApiFault(410, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata,
    status: 'Failure',
    message,
    reason: 'Expired',
    code: 410,
  });

/** A version that this server has not reached: as after a restore of etcd from a backup. */
export const tooLarge = (asked: number, current: number) =>
  new ApiFault(
    504,
    failure(504, 'Timeout', `Timeout: Too large resource version: ${String(asked)}, current: ${String(current)}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    }),
    { 'Retry-After': '1' },
  );

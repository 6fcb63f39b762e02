import * as z from 'zod';

/** What a manifest says of the size of the image that a node pulls; sizes in compressed bytes. */
export type ManifestSize =
  | { readonly is: 'image'; readonly bytes: number }
  /** Each platform has its own. */
  | { readonly is: 'index'; readonly digestFor: (architecture: string) => string | null }
  | { readonly is: 'unknown' };

const part = z.object({ digest: z.string(), size: z.int().nonnegative() });
const imageSchema = z.object({ config: part, layers: z.array(part) });
const indexSchema = z.object({
  manifests: z.array(
    z.object({
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
      platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
    }),
  ),
});

/** Reads the image and index manifests of OCI and of Docker (schema 2). */
export function manifestSize(text: string): ManifestSize {
  const value = parsed(text);
  const image = imageSchema.safeParse(value).data;
  if (image) {
    // what is named twice is sent once
    const parts = new Map([image.config, ...image.layers].map(({ digest, size }) => [digest, size]));
    const bytes = [...parts.values()].reduce((sum, size) => sum + size, 0);
    return Number.isSafeInteger(bytes) ? { is: 'image', bytes } : { is: 'unknown' };
  }
  const index = indexSchema.safeParse(value).data;
  if (!index) return { is: 'unknown' };
  const digestFor = (architecture: string) => {
    const usual = usualVariant[architecture];
    if (!usual) return null;
    const fitting = index.manifests.filter(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture && usual(platform.variant),
    );
    // of several a runtime may take another one
    return fitting.length === 1 ? (fitting[0]?.digest ?? null) : null;
  };
  return { is: 'index', digestFor };
}

/** The variant that every node of an architecture can run. */
const usualVariant: Readonly<Record<string, (variant: string | undefined) => boolean>> = {
  amd64: (variant) => variant === undefined || variant === '',
  arm64: (variant) => variant === undefined || variant === '' || variant === 'v8',
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // what is no JSON is no manifest either
    return null;
  }
}

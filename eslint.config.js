import eslint from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * The rooms and what each may import: `local` as paths of this project, `packages` as an allowed list, or null for
 * any but the two that have a room of their own. A failure travels through the rooms from kube to the window, and
 * this keeps the way one-way.
 */
const rooms = [
  { room: 'electron/domain', local: ['electron/domain'], packages: ['zod'] },
  {
    room: 'electron/engine',
    local: ['electron/engine', 'electron/domain', 'electron/ipc/contract.ts'],
    packages: ['zod', 'yaml'],
  },
  {
    room: 'electron/kube',
    local: ['electron/kube', 'electron/domain', 'electron/engine/ports.ts'],
    owns: '@kubernetes/client-node',
  },
  { room: 'electron/registry', local: ['electron/registry', 'electron/domain', 'electron/engine/ports.ts'] },
  { room: 'electron/files', local: ['electron/files', 'electron/domain', 'electron/engine/ports.ts'] },
  {
    room: 'electron/demo',
    local: [
      'electron/demo',
      'electron/domain',
      'electron/kube/apiConnection.ts',
      'electron/kube/protobuf',
      'electron/engine/ports.ts',
    ],
  },
  { room: 'electron/ipc', local: ['electron/ipc', 'electron/engine', 'electron/domain'] },
  {
    room: 'electron/shell',
    local: ['electron/shell', 'electron/ipc', 'electron/engine', 'electron/files', 'electron/domain'],
    owns: 'electron',
  },
  { room: 'electron/bootstrap', local: ['electron/bootstrap'], packages: ['node:', 'vite'] },
  { room: 'renderer', local: ['renderer', 'electron/domain', 'electron/ipc/contract.ts'], packages: ['svelte'] },
];

/** Packages with one owner each, besides the composition roots below. */
const owned = {
  electron: 'Only electron/shell, main.ts and preload.ts import electron.',
  '@kubernetes/client-node': 'Only electron/kube imports @kubernetes/client-node.',
};

/** Files that put the rooms together, and so may import any of them. */
const compositionRoots = ['electron/main.ts', 'electron/preload.ts'];

/** Rules on packages for a room: an allowed list, or everything but what others own. */
function packageRules({ room, packages, owns }) {
  const patterns = Object.entries(owned)
    .filter(([name]) => name !== owns)
    .map(([name, message]) => ({ regex: `^${name}(/|$)`, message }));
  if (packages) {
    const allowed = packages.map((name) => (name.endsWith(':') ? name : `${name}(/|$)`));
    patterns.push({
      regex: `^(?!\\.{1,2}(/|$)|${allowed.join('|')})`,
      message: `${room} imports only its neighbours and these packages: ${packages.join(', ')}.`,
    });
  }
  // `import()` of a package is no import declaration, and the rule above does not see it.
  const dynamic = Object.entries(owned)
    .filter(([name]) => name !== owns)
    .map(([name, message]) => ({ selector: `ImportExpression[source.value='${name}']`, message }));
  return {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...syntax, ...dynamic],
  };
}

const syntax = [
  {
    selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']",
    message: 'This claims a type instead of showing it: check the value, or parse it with a schema.',
  },
];

/** Paths outside of a room that it may not import from. */
function zone({ room, local }) {
  return {
    target: `./${room}`,
    from: '.',
    except: [...local.map((path) => `./${path}`), './node_modules'],
    message: `${room} imports only from ${local.join(', ')}.`,
  };
}

export default defineConfig(
  globalIgnores(['dist/', 'release/', 'node_modules/', 'test/output/']),
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({ extensions: ['.ts', '.svelte', '.mjs', '.cjs', '.js', '.json'] }),
      ],
    },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...syntax],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Keys of Kubernetes objects are data, and patches delete them.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // The models of @kubernetes/client-node are classes that only hold data; literals stand in for them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: rooms.map(zone) }],
    },
  },
  {
    files: ['electron/**', 'test/**', '*.js'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['electron/**'],
    ignores: compositionRoots,
    rules: packageRules({ room: 'electron' }),
  },
  {
    files: ['electron/preload.ts'],
    rules: packageRules({ room: 'electron/preload.ts', packages: ['electron'], owns: 'electron' }),
  },
  { files: ['electron/main.ts'], rules: packageRules({ room: 'electron/main.ts', owns: 'electron' }) },
  ...rooms.map((room) => ({ files: [`${room.room}/**`], rules: packageRules(room) })),
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: tseslint.parser } },
  },
  {
    // tsc checks these through their JSDoc, whose casts the rules on `any` do not see.
    files: ['**/*.{js,mjs,cjs}'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
    },
  },
  {
    // Runs inside Electron, as a CommonJS module that nothing imports.
    files: ['electron/bootstrap/launcher.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off', '@typescript-eslint/unbound-method': 'off' },
  },
  {
    files: ['test/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
);

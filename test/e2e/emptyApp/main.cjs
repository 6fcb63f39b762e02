// Electron with nothing in it, to compare memory with.
// eslint-disable-next-line @typescript-eslint/no-require-imports -- an app's main file is CommonJS up to Electron 27
const { app } = require('electron');
app.on('window-all-closed', () => undefined);

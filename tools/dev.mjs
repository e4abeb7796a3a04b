/** npm run dev: the server from its sources, restarted when they change, and the screens by Vite's own server, which
 *  hands everything that is not a screen on to it. Open the address Vite prints. */
import { spawn } from 'node:child_process';
import { bin, installPackages, root } from './setup.mjs';

installPackages();
const programs = [
  [bin('tsx'), 'watch', '--clear-screen=false', 'src/server/main.ts'],
  [bin('vite'), '--clearScreen', 'false'],
];
const children = programs.map((args) => spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal);
  });
}
for (const child of children) {
  child.once('exit', (code) => {
    process.exitCode ??= code ?? 0;
    for (const other of children) other.kill('SIGTERM');
  });
}

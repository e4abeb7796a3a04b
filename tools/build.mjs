/** npm run build: the server by tsc into dist, the screens by Vite into dist/web, the worlds beside the server. Plain
 *  Node, because npm start uses it before anything is built. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bin, installPackages, root } from './setup.mjs';

const dist = join(root, 'dist');
const stampFile = join(dist, 'built.json');
/** What the built files are made of. */
const sources = [
  'src',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'vite.config.ts',
  'tools/build.mjs',
];
const compressible = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm']);

/** Every file below a path, the path itself when it is one. */
function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const isTest = (path) => /\.test\.tsx?$/.test(path);

const sourceFiles = () =>
  sources
    .flatMap((source) => filesBelow(join(root, source)))
    .filter((path) => !isTest(path))
    .sort();

/** Sizes and times of the sources: cheap to take, but a copied folder has new times. */
function quickMark(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

function contentMark(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(root, file)}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Is dist made of the sources as they are now? */
function isFresh() {
  if (!existsSync(stampFile)) return false;
  const files = sourceFiles();
  const stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  const quick = quickMark(files);
  if (stamp.quick === quick) return true;
  if (stamp.content !== contentMark(files)) return false;
  writeFileSync(stampFile, JSON.stringify({ ...stamp, quick }));
  return true;
}

/** Runs a program of ours to its end; its output is shown only when it fails. */
function run(name, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} failed:\n${output}`));
    });
  });
}

async function buildServer() {
  const info = join(dist, 'server.tsbuildinfo');
  await run('tsc', [bin('tsc'), '-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', info]);
  const src = join(root, 'src');
  const web = join(src, 'web');
  const wanted = new Set();
  for (const file of filesBelow(src).filter((path) => !path.startsWith(web) && !isTest(path))) {
    const target = join(dist, relative(src, file));
    if (extname(file) === '.ts')
      wanted.add(target.replace(/\.ts$/, '.js')).add(target.replace(/\.ts$/, '.d.ts'));
    else {
      wanted.add(target);
      cpSync(file, target);
    }
  }
  // What was built from files that are gone must go too.
  const kept = new Set([info, stampFile]);
  for (const file of filesBelow(dist)) {
    if (!file.startsWith(join(dist, 'web')) && !wanted.has(file) && !kept.has(file)) rmSync(file);
  }
}

async function buildScreens() {
  if (!existsSync(join(root, 'src/web/index.html'))) return;
  await run('vite build', [bin('vite'), 'build', '--logLevel', 'warn']);
  for (const file of filesBelow(join(dist, 'web'))) {
    if (!compressible.has(extname(file)) || statSync(file).size < 1024) continue;
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}

/** Builds everything. Rejects with the output of what failed. */
export async function build() {
  const files = sourceFiles();
  const stamp = { quick: quickMark(files), content: contentMark(files) };
  rmSync(stampFile, { force: true });
  await Promise.all([buildServer(), buildScreens()]);
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/** Builds when dist is missing or older than the sources. */
export async function buildWhenStale() {
  if (!existsSync(join(root, 'src')) || isFresh()) return;
  console.log('── building (once)');
  await build();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installPackages();
  try {
    await build();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

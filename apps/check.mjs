// SPDX-License-Identifier: Apache-2.0

// Checks the sample applications, or tries any application by hand, without a node.
//
//   node apps/check.mjs                                    checks all of them
//   node apps/check.mjs kv-store                           checks one
//   node apps/check.mjs run app.wasm init '{}' len         runs calls on a new context, prints each

import { readFileSync } from 'node:fs';
import { Context } from './host.mjs';

const APPS = ['kv-store', 'expenses', 'files', 'notes', 'relay', 'tally'];

function run([file, ...words]) {
  const context = new Context(readFileSync(file));
  while (words.length > 0) {
    const method = words.shift();
    const args = /^[[{"]/.test(words[0] ?? '') ? words.shift() : undefined;
    const { writes, events, logs, ...answer } = context.call(method, args);
    console.log(method, args ?? '', '→', JSON.stringify(answer), `${writes} rows written`);
    for (const event of events) console.log('  event', event.kind, JSON.stringify(event.data));
    for (const log of logs) console.log('  log', log);
    if (!('ok' in answer)) process.exitCode = 1;
  }
}

async function check(app) {
  const wasm = readFileSync(new URL(`${app}/${app}.wasm`, import.meta.url));
  const { rules } = await import(new URL(`${app}/check.mjs`, import.meta.url));
  let broken = 0;
  for (const [name, rule] of Object.entries(rules)) {
    try {
      rule(() => new Context(wasm));
    } catch (error) {
      broken++;
      console.error(`${app}: ${name}\n${error.stack}`);
    }
  }
  console.log(`${app}: ${Object.keys(rules).length - broken} rules hold, ${broken} broken`);
  if (broken > 0) process.exitCode = 1;
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'run' && rest.length > 1) {
  run(rest);
} else {
  const wanted = first === undefined ? APPS : [first, ...rest];
  const unknown = wanted.find((app) => !APPS.includes(app));
  if (unknown !== undefined) {
    console.error('usage: node apps/check.mjs [NAME]… | run FILE METHOD [JSON]…');
    process.exit(2);
  }
  for (const app of wanted) await check(app);
}

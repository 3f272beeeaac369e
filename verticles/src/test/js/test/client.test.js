// SPDX-License-Identifier: Apache-2.0

// Published clients, as they are, against the node at NODE_URL. APPLICATION_PATH names a module on
// the node's disk with the methods of the key-value store (apps/kv-store); whoever starts this
// runs the node or a stand-in that behaves like that application.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import axios from 'axios';
import { JsonRpcClient } from '@calimero-network/calimero-client/lib/rpc/jsonrpc.js';

const url = process.env.NODE_URL;
const path = process.env.APPLICATION_PATH;
const client = new JsonRpcClient(url, '/jsonrpc', 30_000);
const admin = axios.create({ baseURL: `${url}/admin-api`, validateStatus: () => true });

/** What mero-js and calimero-client 1.24 do with an answer of the admin API. */
async function data(answer) {
  const { status, data: body } = await answer;
  assert.equal(status, 200, JSON.stringify(body));
  return body.data;
}

/** A request as mero-js sends it: fetch, JSON, an Authorization header only when there is a token. */
async function fetched(route, options = {}) {
  const response = await fetch(url + route, {
    ...options,
    headers: { 'Content-Type': 'application/json', ...options.headers },
  });
  return { status: response.status, data: await response.json() };
}

const bytes = (value) => [...new TextEncoder().encode(JSON.stringify(value))];

let applicationId;
let contextId;
let memberPublicKey;

test('the node is alive', async () => {
  assert.equal((await data(admin.get('/health'))).status, 'alive');
  assert.equal((await data(fetched('/admin-api/is-authed'))).status, 'alive');
});

test('an application is installed from the disk of the node and listed', async () => {
  ({ applicationId } = await data(
    admin.post('/install-dev-application', { path, metadata: [], package: 'kv', version: '1.0.0' }),
  ));
  assert.match(applicationId, /^[1-9A-HJ-NP-Za-km-z]{32,44}$/);
  const { apps } = await data(fetched('/admin-api/applications'));
  const app = apps.find(({ id }) => id === applicationId);
  assert.equal(typeof app.blob.bytecode, 'string');
  assert.equal(typeof app.blob.compiled, 'string');
  assert.equal(typeof app.size, 'number');
  assert.ok(app.source.startsWith('file:///'));
  assert.ok(Array.isArray(app.metadata));
  const { application } = await data(admin.get(`/applications/${applicationId}`));
  assert.deepEqual(application, app);
});

test('a context is created and listed', async () => {
  ({ contextId, memberPublicKey } = await data(
    fetched('/admin-api/contexts', {
      method: 'POST',
      body: JSON.stringify({
        applicationId,
        groupId: '00'.repeat(32),
        upgradePolicy: 'LazyOnAccess',
        initializationParams: bytes({}),
      }),
    }),
  ));
  const { contexts } = await data(admin.get('/contexts'));
  const context = contexts.find(({ id }) => id === contextId);
  assert.equal(context.applicationId, applicationId);
  assert.equal(typeof context.contextStateHash, 'string');
  assert.equal(context.dagHeads[0].length, 32);
  const ofApplication = await data(admin.get(`/contexts/for-application/${applicationId}`));
  assert.ok(ofApplication.contexts.some(({ id }) => id === contextId));
  const shown = await data(admin.get(`/contexts/${contextId}`));
  assert.equal(shown.id, contextId);
  assert.equal(shown.rootHash, shown.contextStateHash);
  assert.equal(shown.context.id, contextId);
});

test('its identities are shown and new ones made, with a form content type', async () => {
  const owned = await data(admin.get(`/contexts/${contextId}/identities-owned`));
  assert.deepEqual(owned.identities, [memberPublicKey]);
  const all = await data(admin.get(`/contexts/${contextId}/identities`));
  assert.ok(all.identities.includes(memberPublicKey));
  // axios sends application/x-www-form-urlencoded when there is no body
  const { publicKey } = await data(admin.post('/identity/context'));
  assert.notEqual(publicKey, memberPublicKey);
});

test('calimero-client 1.1.0 writes and reads', async () => {
  const call = (method, argsJson) =>
    client.execute({ contextId, method, argsJson, executorPublicKey: memberPublicKey });
  assert.deepEqual(await call('set', { key: 'a', value: 'ä "1"' }), { result: { output: null } });
  assert.deepEqual(await call('get', { key: 'a' }), { result: { output: 'ä "1"' } });
  assert.deepEqual(await call('get', { key: 'b' }), { result: { output: null } });
  const read = await client.query({ contextId, method: 'get', argsJson: { key: 'a' } });
  assert.deepEqual(read, { result: { output: 'ä "1"' } });
});

test('calimero-client 1.1.0 understands errors', async () => {
  const failed = await client.execute({
    contextId,
    method: 'get_result',
    argsJson: { key: 'no such key' },
    executorPublicKey: memberPublicKey,
  });
  assert.equal(failed.error.error.name, 'FunctionCallError');
  const unknown = await client.execute({ contextId: applicationId, method: 'get', argsJson: {} });
  assert.equal(unknown.error.error.name, 'ContextNotFound');
});

test('execute as mero-js sends it: no executor, an empty bearer token', async () => {
  const { status, data: answer } = await fetched('/jsonrpc', {
    method: 'POST',
    headers: { Authorization: 'Bearer ' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'execute',
      params: { contextId, method: 'get_result', argsJson: { key: 'no such key' } },
    }),
  });
  assert.equal(status, 200);
  assert.equal(answer.id, 1);
  assert.equal(answer.error.type, 'FunctionCallError');
  assert.match(answer.error.data, /^the method call returned an error: /);
});

test('a page of any origin may call', async () => {
  const response = await admin.options('/contexts', {
    headers: {
      Origin: 'tauri://localhost',
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization,content-type',
    },
  });
  assert.equal(response.status, 204);
  assert.equal(response.headers['access-control-allow-origin'], '*');
  assert.equal(response.headers['access-control-allow-headers'], 'authorization,content-type');
});

test('what is wrong is said in the body', async () => {
  const missing = await admin.get('/contexts/11111111111111111111111111111111');
  assert.equal(missing.status, 404);
  assert.deepEqual(missing.data, { error: 'Context not found' });
  const invalid = await admin.get('/contexts/nothing');
  assert.equal(invalid.status, 400);
  assert.deepEqual(invalid.data, { error: 'Invalid context id' });
});

test('the context is deleted, with a body as mero-js sends one', async () => {
  const gone = await data(
    fetched(`/admin-api/contexts/${contextId}`, { method: 'DELETE', body: '{}' }),
  );
  assert.equal(gone.isDeleted, true);
  assert.equal((await data(admin.delete(`/applications/${applicationId}`))).applicationId, applicationId);
});

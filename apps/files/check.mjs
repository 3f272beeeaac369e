// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

function ready(context) {
  const files = context();
  assert.equal(files.call('init').ok, null);
  return files;
}

export const rules = {
  'its methods are those documented'(context) {
    assert.deepEqual(context().methods,
      ['init', 'put', 'fill', 'get', 'checksum', 'list', 'share']);
  },

  'init works once'(context) {
    assert.match(ready(context).call('init').trap, /Cannot initialize/);
  },

  'a text is read as it was stored, from a blob'(context) {
    const files = ready(context);
    const put = files.call('put', { name: 'a.txt', content: 'hello' });
    assert.equal(put.ok, 'B4vDoZ2b3EoHNyf727eRqm5cKwbniJL7NTwPqs3o4cwH');
    assert.deepEqual(put.events, [{ kind: 'Stored', data: { name: 'a.txt', blob: put.ok } }]);
    const got = files.call('get', { name: 'a.txt' });
    assert.equal(got.ok, 'hello');
    assert.equal(got.writes, 0);
    assert.match(files.call('get', { name: 'b' }).trap, /File not found\./);
  },

  'a file may be larger than a step, and is replaced under its name'(context) {
    const files = ready(context);
    files.call('fill', { name: 'x', size: 3 });
    const blob = files.call('fill', { name: 'x', size: 150_000 }).ok;
    files.call('put', { name: 'y', content: '' });
    assert.deepEqual(files.call('list').ok.map(({ name, size }) => [name, size]),
      [['x', 150_000], ['y', 0]]);
    assert.equal(files.call('list').ok[0].blob, blob);
    assert.equal(files.call('checksum', { name: 'x' }).ok.size, 150_000);
    assert.equal(files.call('get', { name: 'y' }).ok, '');
  },

  'a shared file is announced'(context) {
    const files = ready(context);
    files.call('put', { name: 'a', content: 'x' });
    const shared = files.call('share', { name: 'a' });
    assert.equal(shared.ok, true);
    assert.equal(shared.announced.length, 1);
  },
};

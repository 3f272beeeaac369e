// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

const ANNA = { executor: 1 };
const BEN = { executor: 2 };

function ready(context) {
  const notes = context();
  assert.equal(notes.call('init').ok, null);
  return notes;
}

export const rules = {
  'its methods are those documented'(context) {
    assert.deepEqual(context().methods,
      ['init', 'draft', 'drafts', 'discard', 'publish', 'published']);
  },

  'init works once'(context) {
    assert.match(ready(context).call('init').trap, /Cannot initialize/);
  },

  'a draft is its author\'s alone and writes nothing that is shared'(context) {
    const notes = ready(context);
    const draft = notes.call('draft', { text: 'a secret' }, ANNA);
    assert.equal(draft.ok, 1);
    assert.equal(draft.writes, 0);
    assert.deepEqual(notes.call('drafts', undefined, ANNA).ok, [{ number: 1, text: 'a secret' }]);
    assert.deepEqual(notes.call('drafts', undefined, BEN).ok, []);
  },

  'what is published is everybody\'s and no draft any more'(context) {
    const notes = ready(context);
    notes.call('draft', { text: 'one' }, ANNA);
    notes.call('draft', { text: 'two' }, BEN);
    const published = notes.call('publish', { number: 1 }, BEN);
    assert.equal(published.ok, 1);
    assert.equal(published.events[0].kind, 'Published');
    const all = notes.call('published', undefined, ANNA).ok;
    assert.deepEqual(all.map(({ number, text }) => [number, text]), [[1, 'two']]);
    assert.equal(all[0].by, published.events[0].data.by);
    assert.deepEqual(notes.call('drafts', undefined, BEN).ok, []);
    assert.deepEqual(notes.call('publish', { number: 1 }, BEN).err, 'There is no such draft.');
  },

  'a draft can be thrown away'(context) {
    const notes = ready(context);
    notes.call('draft', { text: 'one' });
    assert.equal(notes.call('discard', { number: 1 }).ok, true);
    assert.equal(notes.call('discard', { number: 1 }).ok, false);
    assert.equal(notes.call('draft', { text: 'two' }).ok, 2);
  },
};

// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';

function ready(context) {
  const store = context();
  assert.deepEqual(store.call('init').ok, null);
  return store;
}

function trapped(outcome, text) {
  assert.ok(outcome.trap?.includes(text), JSON.stringify(outcome));
}

function set(store, key, value) {
  const outcome = store.call('set', { key, value });
  assert.equal(outcome.ok, null, JSON.stringify(outcome).slice(0, 300));
  return outcome;
}

export const rules = {
  'its methods are those documented'(context) {
    assert.deepEqual(context().methods,
      ['init', 'set', 'get', 'get_unchecked', 'get_result', 'entries', 'remove', 'clear', 'len']);
  },

  'init works once'(context) {
    trapped(ready(context).call('init'), 'Cannot initialize over already existing state.');
  },

  'nothing works before init'(context) {
    const key = { key: 'a', value: 'b' };
    for (const method of context().methods.filter((name) => name !== 'init')) {
      trapped(context().call(method, key), 'Failed to read app state.');
    }
  },

  'a value can be read after it was set'(context) {
    const store = ready(context);
    const first = set(store, 'a', 'one');
    assert.deepEqual(first.events, [{ kind: 'Inserted', data: { key: 'a', value: 'one' } }]);
    const second = set(store, 'a', 'two');
    assert.deepEqual(second.events, [{ kind: 'Updated', data: { key: 'a', value: 'two' } }]);
    for (const method of ['get', 'get_unchecked', 'get_result']) {
      assert.equal(store.call(method, { key: 'a' }).ok, 'two');
    }
    assert.equal(store.call('len').ok, 1);
  },

  'a key that is not there'(context) {
    const store = ready(context);
    assert.equal(store.call('get', { key: 'a' }).ok, null);
    trapped(store.call('get_unchecked', { key: 'a' }), 'guest panicked: Key not found.');
    assert.equal(store.call('get_result', { key: 'a' }).err, 'Key not found.');
    const removed = store.call('remove', { key: 'a' });
    assert.deepEqual([removed.ok, removed.events, removed.writes], [null, [], 0]);
  },

  'entries are sorted by key'(context) {
    const store = ready(context);
    for (const key of ['b', 'é', '1x', 'a', '', '😀', 'a"\n']) set(store, key, `<${key}>`);
    const keys = Object.keys(store.call('entries').ok);
    assert.deepEqual(keys, ['', '1x', 'a', 'a"\n', 'b', 'é', '😀']);
  },

  'reading writes nothing'(context) {
    const store = ready(context);
    set(store, 'a', 'b');
    for (const method of ['get', 'get_unchecked', 'get_result', 'entries', 'len']) {
      const outcome = store.call(method, { key: 'a' });
      assert.deepEqual([outcome.writes, outcome.events], [0, []]);
    }
  },

  'it does what a map does'(context) {
    const store = ready(context);
    const map = new Map();
    let seed = 7;
    const below = (bound) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor(seed / 65536) % bound;
    };
    for (let round = 0; round < 2000; round++) {
      const key = `k${below(90)}`;
      if (below(5) < 3) {
        const { events } = set(store, key, `v${round}`);
        assert.equal(events[0].kind, map.has(key) ? 'Updated' : 'Inserted');
        map.set(key, `v${round}`);
      } else {
        const outcome = store.call('remove', { key });
        assert.equal(outcome.ok, map.get(key) ?? null);
        assert.deepEqual(outcome.events, map.has(key) ? [{ kind: 'Removed', data: { key } }] : []);
        map.delete(key);
      }
      if (round % 500 === 499) {
        const cleared = store.call('clear');
        assert.deepEqual(cleared.events, [{ kind: 'Cleared', data: null }]);
        assert.equal(store.rows, 1, 'only STATE is left');
        map.clear();
      }
      assert.equal(store.call('len').ok, map.size);
      if (round % 50 === 0) assert.deepEqual(store.call('entries').ok, Object.fromEntries(map));
    }
  },

  'a write costs the same among thousands'(context) {
    const store = ready(context);
    for (let at = 0; at < 5000; at++) assert.ok(set(store, `key ${at}`, 'value').writes <= 3);
    assert.equal(set(store, 'key 17', 'other').writes, 1);
    assert.ok(store.call('remove', { key: 'key 17' }).writes <= 5);
    assert.equal(Object.keys(store.call('entries').ok).length, 4999);
  },

  'a value too long for an event is stored and left out of it'(context) {
    const store = ready(context);
    const value = 'x'.repeat(1_000_000);
    assert.deepEqual(set(store, 'a', value).events, [{ kind: 'Inserted', data: { key: 'a', value: null } }]);
    assert.equal(store.call('get', { key: 'a' }).ok, value);
    trapped(store.call('set', { key: value, value: '' }), 'Key too long');
    assert.equal(store.call('len').ok, 1);
  },

  'bad arguments are named'(context) {
    const store = ready(context);
    const refused = 'Failed to deserialize input from JSON: ';
    trapped(store.call('set'), 'Expected input since method has arguments.');
    trapped(store.call('set', '{'), `${refused}expected a field name at byte 1`);
    trapped(store.call('set', '[]'), `${refused}expected an object, found an array`);
    trapped(store.call('set', '{"key":"a"}'), `${refused}missing field \`value\``);
    trapped(store.call('set', '{"key":"a","value":null}'), `${refused}missing field \`value\``);
    trapped(store.call('set', '{"key":1,"value":""}'), `${refused}field \`key\`: expected a string, found a number`);
    trapped(store.call('get', '{"key":"a","key":"b"}'), `${refused}duplicate field \`key\``);
    trapped(store.call('get', new Uint8Array([0x22, 0xff, 0x22])), `${refused}not UTF-8 at byte 1`);
    assert.equal(store.call('get', '{"key":"a","more":[1,2,{}]}').ok, null, 'more fields are ignored');
    assert.equal(store.call('len', 'no json').ok, 0, 'a method without arguments ignores them');
  },
};

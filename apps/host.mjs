// SPDX-License-Identifier: Apache-2.0

// A context in memory, so that an application can be tried without a node (Node.js 18 or newer).
// It has the host functions of both shapes and the limits of a node; it has no log, no peers and
// no measure of work.

import { createHash } from 'node:crypto';

const LIMITS = {
  events: 100,
  eventKind: 100,
  eventData: 16 * 1024,
  logs: 100,
  registers: 100,
  register: 100 * 1024 * 1024,
  key: 1024 * 1024,
  value: 10 * 1024 * 1024,
};

/** What ended a call before it returned: a panic of the guest or a broken rule of the host. */
export class Trap extends Error {}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Context {
  #module;
  #rows = new Map(); // storage key in hexadecimal → value
  #blobs = new Map(); // blob identifier in hexadecimal → content
  #calls = 0n;

  constructor(wasm) {
    this.#module = new WebAssembly.Module(wasm);
  }

  /** The methods: exported functions. */
  get methods() {
    return WebAssembly.Module.exports(this.#module)
      .filter((entry) => entry.kind === 'function').map((entry) => entry.name);
  }

  get rows() {
    return this.#rows.size;
  }

  /**
   * Runs `method` on clean memory. `args` are named arguments, or a text or bytes sent as they are.
   *
   * Returns { ok } or { err } with what was answered, or { trap } with the reason it did not; and
   * always events, logs, xcalls and blobs announced as they were asked for, and writes (rows changed).
   * Only an ok call changes anything. `origin` is the context that an xcall came from.
   */
  call(method, args, { executor = 1, time, origin } = {}) {
    const run = new Run(this.#rows, this.#blobs, {
      origin,
      input: bytesOf(args),
      executor: new Uint8Array(32).fill(executor),
      time: time ?? 1_700_000_000_000_000_000n + this.#calls * 1_000_000_000n,
      seed: this.#calls++,
    });
    const outcome = run.execute(this.#module, method);
    if ('ok' in outcome) {
      for (const [key, value] of run.changes) {
        if (value === null) this.#rows.delete(key);
        else this.#rows.set(key, value);
      }
    }
    const { events, logs, xcalls, announced } = run;
    const shared = [...run.changes.keys()].filter((key) => !key.startsWith('private '));
    return { ...outcome, events, logs, xcalls, announced, writes: shared.length };
  }
}

/** The name of a blob: a digest over the digests of its chunks of 1 MiB. */
function blobId(content) {
  const whole = createHash('sha256');
  for (let at = 0; at < content.length; at += 1 << 20) {
    whole.update(createHash('sha256').update(content.subarray(at, at + (1 << 20))).digest());
  }
  return whole.digest('hex');
}

function bytesOf(args) {
  if (args === undefined) return new Uint8Array();
  if (args instanceof Uint8Array) return args;
  return new TextEncoder().encode(typeof args === 'string' ? args : JSON.stringify(args));
}

/** One call. */
class Run {
  events = [];
  logs = [];
  xcalls = [];
  announced = [];
  changes = new Map();
  #rows;
  #blobs;
  #handles = new Map();
  #call;
  #registers = new Map();
  #returned = null;
  #committed = false;
  #calls = 1;
  #memory;

  constructor(rows, blobs, call) {
    this.#rows = rows;
    this.#blobs = blobs;
    this.#call = call;
  }

  execute(module, method) {
    try {
      const instance = new WebAssembly.Instance(module, { env: this.#imports() });
      this.#memory = instance.exports.memory;
      if (!(this.#memory instanceof WebAssembly.Memory)) throw new Trap('no memory is exported');
      const start = instance.exports[method];
      if (typeof start !== 'function') throw new Trap(`method "${method}" not found`);
      start();
    } catch (error) {
      if (error instanceof Trap || error instanceof WebAssembly.RuntimeError
        || error instanceof WebAssembly.LinkError) {
        return { trap: error.message };
      }
      throw error;
    }
    if (this.#returned === null) return { ok: null };
    const { tag, bytes } = this.#returned;
    const value = JSON.parse(utf8.decode(bytes));
    return tag === 0n ? { ok: value } : { err: value };
  }

  #bytes(address, length) {
    const size = BigInt(this.#memory.buffer.byteLength);
    if (address < 0n || length < 0n || address + length > size) {
      throw new Trap('invalid memory access');
    }
    return new Uint8Array(this.#memory.buffer, Number(address), Number(length));
  }

  #copy(address, length) {
    return this.#bytes(address, length).slice();
  }

  #text(address, length) {
    try {
      return utf8.decode(this.#bytes(address, length));
    } catch (error) {
      if (error instanceof TypeError) throw new Trap('invalid UTF-8 string');
      throw error;
    }
  }

  /** Address and length from the struct of two 64-bit numbers at `address`. */
  #slice(address) {
    const view = new DataView(this.#memory.buffer);
    this.#bytes(address, 16n);
    return [view.getBigUint64(Number(address), true), view.getBigUint64(Number(address) + 8, true)];
  }

  #setRegister(id, bytes) {
    if (bytes.length > LIMITS.register) throw new Trap('invalid memory access');
    if (!this.#registers.has(id) && this.#registers.size >= LIMITS.registers) {
      throw new Trap('invalid memory access');
    }
    this.#registers.set(id, bytes);
  }

  #panic([message, messageLength], [file, fileLength], line, column) {
    const at = `${this.#text(file, fileLength)}:${line}:${column}`;
    throw new Trap(`guest panicked: ${this.#text(message, messageLength)} at ${at}`);
  }

  #panicAt(message, location) {
    this.#bytes(location, 24n);
    const view = new DataView(this.#memory.buffer, Number(location));
    this.#panic(message, this.#slice(location), view.getUint32(16, true), view.getUint32(20, true));
  }

  #readRegister(id, [address, length]) {
    const bytes = this.#registers.get(id);
    if (!bytes) throw new Trap(`invalid register id: ${id}`);
    if (BigInt(bytes.length) !== length) return 0;
    this.#bytes(address, length).set(bytes);
    return 1;
  }

  #return(tag, slice) {
    if (tag !== 0n && tag !== 1n) throw new Trap('invalid memory access');
    this.#returned = { tag, bytes: this.#copy(...slice) };
  }

  #log(slice) {
    if (this.logs.length >= LIMITS.logs) throw new Trap('logs overflow');
    this.logs.push(this.#text(...slice));
  }

  #emit(kind, data) {
    if (kind[1] > LIMITS.eventKind) throw new Trap('event kind size overflow');
    if (data[1] > LIMITS.eventData) throw new Trap('event data size overflow');
    if (this.events.length >= LIMITS.events) throw new Trap('events overflow');
    this.events.push({ kind: this.#text(...kind), data: JSON.parse(this.#text(...data)) });
  }

  #commit(root) {
    if (root[1] !== 32n || this.#committed) throw new Trap('invalid commit');
    this.#committed = true;
  }

  #key(slice) {
    if (slice[1] > LIMITS.key) throw new Trap('key length overflow');
    return Buffer.from(this.#copy(...slice)).toString('hex');
  }

  /** Puts what is under `key` into the register, if anything is. */
  #fetch(key, register) {
    const value = this.changes.has(key) ? this.changes.get(key) : this.#rows.get(key) ?? null;
    if (value === null) return 0;
    this.#setRegister(register, value);
    return 1;
  }

  #read(key, register) {
    return this.#fetch(this.#key(key), register);
  }

  #write(keySlice, value, register) {
    const key = this.#key(keySlice);
    if (value[1] > LIMITS.value) throw new Trap('value length overflow');
    const bytes = this.#copy(...value);
    const replaced = this.#fetch(key, register);
    this.changes.set(key, bytes);
    return replaced;
  }

  #remove(keySlice, register) {
    const key = this.#key(keySlice);
    const existed = this.#fetch(key, register);
    if (existed) this.changes.set(key, null);
    return existed;
  }

  /** A row of the caller alone. */
  #private(key, task) {
    return task(`private ${this.#call.executor[0]} ${this.#key(this.#slice(key))}`);
  }

  #open(handle) {
    const number = BigInt(this.#handles.size + 1);
    this.#handles.set(number, handle);
    return number;
  }

  #handle(number) {
    const handle = this.#handles.get(number);
    if (!handle) throw new Trap(`invalid blob handle: ${number}`);
    return handle;
  }

  #blobRead(number, [address, length]) {
    const handle = this.#handle(number);
    const content = this.#blobs.get(handle.id);
    if (!content) throw new Trap(`blob ${handle.id} is not on this node`);
    const part = content.subarray(handle.at, handle.at + Number(length));
    this.#bytes(address, length).set(part);
    handle.at += part.length;
    return BigInt(part.length);
  }

  #blobClose(number, [address, length]) {
    const handle = this.#handle(number);
    if (handle.parts) {
      const content = Buffer.concat(handle.parts);
      handle.id = blobId(content);
      this.#blobs.set(handle.id, content);
    }
    this.#bytes(address, length).set(Buffer.from(handle.id, 'hex'));
    this.#handles.set(number, undefined);
    return 1;
  }

  #xcall(address) {
    const [context, method, args] = [0n, 16n, 32n].map((at) => this.#slice(address + at));
    if (this.xcalls.length >= 8) throw new Trap('xcalls overflow');
    this.xcalls.push({
      context: Buffer.from(this.#copy(...context)).toString('hex'),
      method: this.#text(...method),
      args: JSON.parse(this.#text(...args)),
    });
  }

  /** A row of a collection: its kind and identifier, then what names it there. */
  #item(kind, id, name) {
    return `collection ${kind} ${Buffer.from(this.#copy(...id)).toString('hex')} `
      + Buffer.from(name).toString('hex');
  }

  #answer(found, register) {
    if (!found) this.#setRegister(register, new Uint8Array());
    return found;
  }

  #put(key, value, register) {
    const replaced = this.#answer(this.#fetch(key, register), register);
    this.changes.set(key, value);
    return replaced;
  }

  #drop(key, register) {
    const existed = this.#answer(this.#fetch(key, register), register);
    if (existed) this.changes.set(key, null);
    return existed;
  }

  /** The pairs of a map, each part with its length before it, in the order of the keys. */
  #list(kind, id, register) {
    const prefix = this.#item(kind, id, []);
    const all = new Map([...this.#rows, ...this.changes]);
    const names = [...all.keys()].filter((key) => key.startsWith(prefix) && all.get(key)).sort();
    const number = (value) => Buffer.from(Uint32Array.of(value).buffer);
    const parts = [number(names.length)];
    for (const key of names) {
      for (const part of [Buffer.from(key.slice(prefix.length), 'hex'), all.get(key)]) {
        parts.push(number(part.length), part);
      }
    }
    this.#setRegister(register, Buffer.concat(parts));
    return 1;
  }

  #new(register) {
    const id = new Uint8Array(32).fill(this.#calls++);
    this.#setRegister(register, id);
    return 0;
  }

  #random([address, length]) {
    const bytes = this.#bytes(address, length);
    let state = this.#call.seed ^ 0x9e3779b97f4a7c15n;
    for (let at = 0; at < bytes.length; at++) {
      state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
      bytes[at] = Number(state >> 56n);
    }
  }

  #time([address, length]) {
    if (length !== 8n) throw new Trap('invalid memory access');
    this.#bytes(address, length);
    new DataView(this.#memory.buffer).setBigUint64(Number(address), this.#call.time, true);
  }

  /**
   * The host functions. How many arguments one gets says which shape the module calls: an address of
   * a struct for each aggregate, or its address and length apart.
   */
  #imports() {
    const at = (address) => this.#slice(address);
    return {
      panic: (...a) => (a.length === 1
        ? this.#panicAt([0n, 0n], a[0])
        : this.#panic([0n, 0n], [a[0], a[1]], a[2], a[3])),
      panic_utf8: (...a) => (a.length === 2
        ? this.#panicAt(at(a[0]), a[1])
        : this.#panic([a[0], a[1]], [a[2], a[3]], a[4], a[5])),
      register_len: (id) => {
        const bytes = this.#registers.get(id);
        return bytes ? BigInt(bytes.length) : -1n;
      },
      read_register: (id, ...a) => this.#readRegister(id, a.length === 1 ? at(a[0]) : a),
      context_id: (id) => this.#setRegister(id, new Uint8Array(32).fill(99)),
      executor_id: (id) => this.#setRegister(id, this.#call.executor),
      input: (id) => this.#setRegister(id, this.#call.input),
      value_return: (...a) => {
        if (a.length === 3) return this.#return(a[0], [a[1], a[2]]);
        return this.#return(at(a[0])[0], at(a[0] + 8n));
      },
      log_utf8: (...a) => this.#log(a.length === 1 ? at(a[0]) : a),
      emit: (...a) => (a.length === 1
        ? this.#emit(at(a[0]), at(a[0] + 16n))
        : this.#emit([a[0], a[1]], [a[2], a[3]])),
      commit: (...a) => this.#commit(a.length === 2 ? at(a[0]) : [a[0], a[1]]),
      storage_read: (...a) => (a.length === 2
        ? this.#read(at(a[0]), a[1])
        : this.#read([a[0], a[1]], a[2])),
      storage_write: (...a) => (a.length === 3
        ? this.#write(at(a[0]), at(a[1]), a[2])
        : this.#write([a[0], a[1]], [a[2], a[3]], a[4])),
      storage_remove: (...a) => (a.length === 2
        ? this.#remove(at(a[0]), a[1])
        : this.#remove([a[0], a[1]], a[2])),
      random_bytes: (...a) => this.#random(a.length === 1 ? at(a[0]) : a),
      time_now: (...a) => this.#time(a.length === 1 ? at(a[0]) : a),
      ...this.#blobImports(at),
      ...this.#collectionImports(at),
    };
  }

  #blobImports(at) {
    return {
      private_storage_read: (key, id) => this.#private(key, (name) => this.#fetch(name, id)),
      private_storage_write: (key, value) => this.#private(key, (name) => {
        this.changes.set(name, this.#copy(...this.#slice(value)));
        return 1;
      }),
      private_storage_remove: (key, id) => this.#private(key, (name) => {
        const existed = this.#fetch(name, id);
        if (existed) this.changes.set(name, null);
        return existed;
      }),
      blob_create: () => this.#open({ parts: [] }),
      blob_open: (id) => this.#open({
        id: Buffer.from(this.#copy(...at(id))).toString('hex'), at: 0,
      }),
      blob_write: (number, bytes) => {
        const part = this.#copy(...at(bytes));
        this.#handle(number).parts.push(part);
        return BigInt(part.length);
      },
      blob_read: (number, buffer) => this.#blobRead(number, at(buffer)),
      blob_close: (number, id) => this.#blobClose(number, at(id)),
      blob_announce_to_context: (id) => {
        this.announced.push(Buffer.from(this.#copy(...at(id))).toString('hex'));
        return 1;
      },
      xcall: (call) => this.#xcall(call),
      xcall_origin: (id) => {
        if (!this.#call.origin) return 0;
        this.#setRegister(id, this.#call.origin);
        return 1;
      },
    };
  }

  #collectionImports(at) {
    const map = (id, key) => this.#item('map', at(id), this.#copy(...at(key)));
    const mine = (id) => this.#item('user', at(id), this.#call.executor);
    return {
      read_root_state: (id) => this.#fetch('document', id),
      persist_root_state: (bytes) => {
        this.changes.set('document', this.#copy(...at(bytes)));
      },
      js_crdt_map_new: (id) => this.#new(id),
      js_crdt_map_get: (id, key, to) => this.#answer(this.#fetch(map(id, key), to), to),
      js_crdt_map_insert: (id, key, value, to) => (
        this.#put(map(id, key), this.#copy(...at(value)), to)),
      js_crdt_map_remove: (id, key, to) => this.#drop(map(id, key), to),
      js_crdt_map_iter: (id, to) => this.#list('map', at(id), to),
      js_user_storage_new: (id) => this.#new(id),
      js_user_storage_get: (id, to) => this.#answer(this.#fetch(mine(id), to), to),
      js_user_storage_insert: (id, value, to) => (
        this.#put(mine(id), this.#copy(...at(value)), to)),
    };
  }
}

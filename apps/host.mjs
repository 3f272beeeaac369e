// SPDX-License-Identifier: Apache-2.0

// A context in memory, so that an application can be tried without a node (Node.js 18 or newer).
// It has the host functions of both shapes and the limits of a node; it has no log, no peers and
// no measure of work.

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
   * always events, logs and writes (rows changed). Only an ok call changes anything.
   */
  call(method, args, { executor = 1, time } = {}) {
    const run = new Run(this.#rows, {
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
    return { ...outcome, events: run.events, logs: run.logs, writes: run.changes.size };
  }
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
  changes = new Map();
  #rows;
  #call;
  #registers = new Map();
  #returned = null;
  #committed = false;
  #memory;

  constructor(rows, call) {
    this.#rows = rows;
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
    };
  }
}

// SPDX-License-Identifier: Apache-2.0

// A vote: every member has one, and may change it. Written in AssemblyScript on the collections that
// live with the host, as applications in JavaScript use them: a map of choices to how many chose
// them, and for each user what that one chose.

@external("env", "input") declare function input(register: u64): void;
@external("env", "register_len") declare function register_len(register: u64): u64;
@external("env", "read_register") declare function read_register(register: u64, buffer: u64): u32;
@external("env", "value_return") declare function value_return(value: u64): void;
@external("env", "panic_utf8") declare function panic_utf8(message: u64, location: u64): void;
@external("env", "emit") declare function emit(event: u64): void;
@external("env", "read_root_state") declare function read_root_state(register: u64): i32;
@external("env", "persist_root_state")
declare function persist_root_state(document: u64, created: u64, updated: u64): void;
@external("env", "js_crdt_map_new") declare function js_crdt_map_new(register: u64): i32;
@external("env", "js_crdt_map_get")
declare function js_crdt_map_get(map: u64, key: u64, register: u64): i32;
@external("env", "js_crdt_map_insert")
declare function js_crdt_map_insert(map: u64, key: u64, value: u64, register: u64): i32;
@external("env", "js_crdt_map_remove")
declare function js_crdt_map_remove(map: u64, key: u64, register: u64): i32;
@external("env", "js_crdt_map_iter")
declare function js_crdt_map_iter(map: u64, register: u64): i32;
@external("env", "js_user_storage_new") declare function js_user_storage_new(register: u64): i32;
@external("env", "js_user_storage_get")
declare function js_user_storage_get(users: u64, register: u64): i32;
@external("env", "js_user_storage_insert")
declare function js_user_storage_insert(users: u64, value: u64, register: u64): i32;

const REGISTER: u64 = 1;

/** The descriptor of bytes, as the host reads it. */
class Slice {
  constructor(public address: u64, public length: u64) {}

  static of(bytes: ArrayBuffer): Slice {
    return new Slice(<u64>changetype<usize>(bytes), <u64>bytes.byteLength);
  }
}

function at(slice: Slice): u64 {
  return <u64>changetype<usize>(slice);
}

function utf8(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

function taken(): ArrayBuffer {
  const bytes = new ArrayBuffer(<i32>register_len(REGISTER));
  read_register(REGISTER, at(Slice.of(bytes)));
  return bytes;
}

function fail(message: string): void {
  // The place in the source: no file, line 0
  const place = new StaticArray<u64>(3);
  panic_utf8(at(Slice.of(utf8(message))), <u64>changetype<usize>(place));
  unreachable();
}

function answer(json: string): void {
  const bytes = utf8(json);
  const value = new StaticArray<u64>(3);
  value[1] = <u64>changetype<usize>(bytes);
  value[2] = <u64>bytes.byteLength;
  value_return(<u64>changetype<usize>(value));
}

function tell(kind: string, json: string): void {
  const name = utf8(kind);
  const data = utf8(json);
  const event = new StaticArray<u64>(4);
  event[0] = <u64>changetype<usize>(name);
  event[1] = <u64>name.byteLength;
  event[2] = <u64>changetype<usize>(data);
  event[3] = <u64>data.byteLength;
  emit(<u64>changetype<usize>(event));
}

/** The argument `choice`: a text of letters, digits, spaces and hyphens. */
function choice(): string {
  input(REGISTER);
  const text = String.UTF8.decode(taken());
  const name = text.indexOf('"choice"');
  const from = name < 0 ? -1 : text.indexOf('"', text.indexOf(":", name) + 1) + 1;
  const to = from <= 0 ? -1 : text.indexOf('"', from);
  if (to <= from) fail("Expected a choice.");
  const chosen = text.substring(from, to);
  for (let i = 0; i < chosen.length; i++) {
    const c = chosen.charCodeAt(i);
    const plain =
      (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c == 32 || c == 45;
    if (!plain) fail("A choice is of letters, digits, spaces and hyphens.");
  }
  return chosen;
}

/** The identifiers of the two collections, one after the other: the document of the application. */
function document(): ArrayBuffer {
  if (read_root_state(REGISTER) != 1) fail("Failed to read app state.");
  return taken();
}

function counts(document: ArrayBuffer): u64 {
  return at(new Slice(<u64>changetype<usize>(document), 32));
}

function users(document: ArrayBuffer): u64 {
  return at(new Slice(<u64>changetype<usize>(document) + 32, 32));
}

function countOf(map: u64, key: ArrayBuffer): u32 {
  return js_crdt_map_get(map, at(Slice.of(key)), REGISTER) == 1
    ? load<u32>(changetype<usize>(taken()))
    : 0;
}

function change(map: u64, key: ArrayBuffer, by: i32): void {
  const after = countOf(map, key) + by;
  if (after == 0) {
    js_crdt_map_remove(map, at(Slice.of(key)), REGISTER);
    return;
  }
  const value = new ArrayBuffer(4);
  store<u32>(changetype<usize>(value), after);
  js_crdt_map_insert(map, at(Slice.of(key)), at(Slice.of(value)), REGISTER);
}

export function init(): void {
  if (read_root_state(REGISTER) == 1) fail("Cannot initialize over already existing state.");
  js_crdt_map_new(REGISTER);
  const map = taken();
  js_user_storage_new(REGISTER);
  const voters = taken();
  const both = new ArrayBuffer(64);
  memory.copy(changetype<usize>(both), changetype<usize>(map), 32);
  memory.copy(changetype<usize>(both) + 32, changetype<usize>(voters), 32);
  persist_root_state(at(Slice.of(both)), 0, 0);
}

/** Chooses; a former choice is taken back. */
export function vote(): void {
  const chosen = choice();
  const root = document();
  const key = utf8(chosen);
  if (js_user_storage_insert(users(root), at(Slice.of(key)), REGISTER) == 1) {
    change(counts(root), taken(), -1);
  }
  change(counts(root), key, 1);
  tell("Voted", '{"choice":"' + chosen + '"}');
}

/** What the caller chose, or null. */
export function mine(): void {
  const found = js_user_storage_get(users(document()), REGISTER) == 1;
  answer(found ? '"' + String.UTF8.decode(taken()) + '"' : "null");
}

/** How many chose what, in the order of the choices. */
export function result(): void {
  js_crdt_map_iter(counts(document()), REGISTER);
  const packed = changetype<usize>(taken());
  let json = "{";
  let place = packed + 4;
  for (let left = load<u32>(packed); left > 0; left--) {
    const length = load<u32>(place);
    const name = String.UTF8.decodeUnsafe(place + 4, length);
    place += 4 + length;
    const count = load<u32>(place + 4);
    place += 4 + load<u32>(place);
    json += (json.length > 1 ? "," : "") + '"' + name + '":' + count.toString();
  }
  answer(json + "}");
}

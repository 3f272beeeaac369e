// SPDX-License-Identifier: Apache-2.0

//! A key-value store shared by the members of a context.
//!
//! Rows:
//!
//! | key | value |
//! |---|---|
//! | `STATE` | how many entries there are; its presence says that the store is initialised |
//! | `e` key | the entry: its slot, then its value |
//! | `p` page | the keys in the slots of one page, so that entries can be listed |
//!
//! Slots are numbered without gaps: the last entry moves into the slot of a removed one. A `set`
//! touches one row if the key is there and three if it is new, however many entries there are.

mod index;

use calimero_guest::env::{self, EVENT_DATA_MAX};
use calimero_guest::json::{Object, ToJson};
use calimero_guest::{export, Args};
use index::Index;

export!(
    init,
    set,
    get,
    get_unchecked,
    get_result,
    entries,
    remove,
    clear,
    len
);

const NOT_FOUND: &str = "Key not found.";

fn init() {
    Index::create();
}

fn set() {
    let mut args = Args::read();
    let (key, value) = (args.text("key"), args.text("value"));
    let mut index = Index::load();
    let inserted = index.put(&key, &value);
    emit_change(if inserted { "Inserted" } else { "Updated" }, &key, &value);
}

/// Tells of a change. A value too long for an event is left out (`null`): subscribers fetch it.
fn emit_change(kind: &str, key: &str, value: &str) {
    let whole = Object::new().field("key", key).field("value", value);
    if whole.to_json().len() <= EVENT_DATA_MAX {
        return env::emit(kind, &whole);
    }
    let short = Object::new()
        .field("key", key)
        .field("value", &None::<String>);
    if short.to_json().len() > EVENT_DATA_MAX {
        env::panic("Key too long: with its name it must fit into an event of 16 KiB.");
    }
    env::emit(kind, &short);
}

fn get() -> Option<String> {
    let key = Args::read().text("key");
    Index::load().get(&key)
}

fn get_unchecked() -> String {
    get().unwrap_or_else(|| env::panic(NOT_FOUND))
}

fn get_result() -> Result<String, &'static str> {
    get().ok_or(NOT_FOUND)
}

/// All entries as one object, sorted by the bytes of the key.
fn entries() -> Object {
    let mut keys = Index::load().keys();
    keys.sort_unstable();
    keys.iter().fold(Object::new(), |object, key| {
        object.field(key, &index::value_of(key))
    })
}

/// Removes an entry and returns its value; nothing happens if there is none.
fn remove() -> Option<String> {
    let key = Args::read().text("key");
    let removed = Index::load().remove(&key)?;
    env::emit("Removed", &Object::new().field("key", &key));
    Some(removed)
}

fn clear() {
    let mut index = Index::load();
    let count = index.len();
    index.clear();
    env::log(&format!("cleared {} entries", count));
    // The reference sends `null` as the data of an event without fields.
    env::emit("Cleared", &None::<String>);
}

fn len() -> u32 {
    Index::load().len()
}

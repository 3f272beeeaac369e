// SPDX-License-Identifier: Apache-2.0

//! Notes that are one's own until they are published: drafts in the private storage of the caller,
//! what is published in the state that the members share.
//!
//! Private rows: `n` → the number of the last draft; `d` number → text.
//! Rows: `n` → how many notes are published; `p` number → author, then text.

use calimero_guest::json::Object;
use calimero_guest::{env, export, private, storage, to_base58, Args};

export!(init, draft, drafts, discard, publish, published);

fn init() {
    if storage::contains(b"n") {
        env::panic("Cannot initialize over already existing state.");
    }
    storage::write(b"n", &0u32.to_le_bytes());
}

fn row(kind: u8, number: u32) -> Vec<u8> {
    let mut key = vec![kind];
    key.extend_from_slice(&number.to_be_bytes());
    key
}

fn number(bytes: Option<Vec<u8>>) -> u32 {
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

fn wanted() -> u32 {
    let wanted = Args::read().integer("number");
    u32::try_from(wanted).unwrap_or_else(|_| env::panic("There is no such draft."))
}

/// Keeps a note on the caller's node alone; answers its number.
fn draft() -> u32 {
    let text = Args::read().text("text");
    let next = number(private::read(b"n")) + 1;
    private::write(b"n", &next.to_le_bytes());
    private::write(&row(b'd', next), text.as_bytes());
    next
}

/// The caller's notes that are not published.
fn drafts() -> Vec<Object> {
    (1..=number(private::read(b"n")))
        .filter_map(|number| Some((number, private::read(&row(b'd', number))?)))
        .map(|(number, text)| note(number, &text))
        .collect()
}

/// Throws a draft away; whether there was one.
fn discard() -> bool {
    private::remove(&row(b'd', wanted())).is_some()
}

/// Shows a draft to all members; answers its number among what is published.
fn publish() -> Result<u32, &'static str> {
    let text = private::remove(&row(b'd', wanted())).ok_or("There is no such draft.")?;
    let next = number(storage::read(b"n")) + 1;
    let author = env::executor_id();
    storage::write(b"n", &next.to_le_bytes());
    storage::write(&row(b'p', next), &[&author[..], &text].concat());
    env::log("A draft was published.");
    let event = Object::new()
        .field("number", &next)
        .field("by", &to_base58(&author));
    env::emit("Published", &event);
    Ok(next)
}

/// All that is published, in its order.
fn published() -> Vec<Object> {
    (1..=number(storage::read(b"n")))
        .filter_map(|number| Some((number, storage::read(&row(b'p', number))?)))
        .map(|(number, row)| {
            let author: [u8; 32] = row[..32].try_into().unwrap();
            note(number, &row[32..]).field("by", &to_base58(&author))
        })
        .collect()
}

fn note(number: u32, text: &[u8]) -> Object {
    Object::new()
        .field("number", &number)
        .field("text", &String::from_utf8_lossy(text).as_ref())
}

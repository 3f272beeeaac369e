// SPDX-License-Identifier: Apache-2.0

//! Named files that the members of a context share: the names in the state, the content in blobs.
//!
//! Rows: `n` → how many files; `i` number → name; `f` name → blob identifier, then the size.

use calimero_guest::json::Object;
use calimero_guest::node::{announce_blob, BlobReader, BlobWriter};
use calimero_guest::{env, export, storage, to_base58, Args};

export!(init, put, fill, get, checksum, list, share);

const STEP: usize = 64 * 1024;

fn init() {
    if storage::contains(b"n") {
        env::panic("Cannot initialize over already existing state.");
    }
    storage::write(b"n", &0u32.to_le_bytes());
}

fn row(name: &str) -> Vec<u8> {
    [b"f", name.as_bytes()].concat()
}

fn count() -> u32 {
    match storage::read(b"n").map(|bytes| bytes.try_into()) {
        Some(Ok(bytes)) => u32::from_le_bytes(bytes),
        _ => env::panic("Failed to read app state."),
    }
}

fn keep(name: &str, blob: [u8; 32], size: u64) -> String {
    let number = count();
    if !storage::write(&row(name), &[&blob[..], &size.to_le_bytes()].concat()) {
        storage::write(&[b"i", &number.to_le_bytes()[..]].concat(), name.as_bytes());
        storage::write(b"n", &(number + 1).to_le_bytes());
    }
    let blob = to_base58(&blob);
    let event = Object::new().field("name", name).field("blob", &blob);
    env::emit("Stored", &event);
    blob
}

fn find(name: &str) -> ([u8; 32], u64) {
    let row = storage::read(&row(name)).unwrap_or_else(|| env::panic("File not found."));
    let mut blob = [0; 32];
    blob.copy_from_slice(&row[..32]);
    let mut size = [0; 8];
    size.copy_from_slice(&row[32..]);
    (blob, u64::from_le_bytes(size))
}

/// Stores a text under a name; answers the identifier of its blob.
fn put() -> String {
    let mut args = Args::read();
    let (name, content) = (args.text("name"), args.text("content"));
    let mut blob = BlobWriter::new();
    blob.write(content.as_bytes());
    keep(&name, blob.finish(), content.len() as u64)
}

/// Stores so many bytes, each the number of its place modulo 251, in steps of 64 KiB.
fn fill() -> String {
    let mut args = Args::read();
    let (name, size) = (args.text("name"), args.integer("size"));
    let size = u64::try_from(size).unwrap_or_else(|_| env::panic("A size is not negative."));
    let mut blob = BlobWriter::new();
    let mut step = Vec::with_capacity(STEP);
    for place in 0..size {
        step.push((place % 251) as u8);
        if step.len() == STEP || place + 1 == size {
            blob.write(&step);
            step.clear();
        }
    }
    keep(&name, blob.finish(), size)
}

/// The text stored under a name.
fn get() -> Result<String, &'static str> {
    let (blob, size) = find(&Args::read().text("name"));
    let mut reader = BlobReader::open(&blob);
    let mut content = vec![0; size as usize];
    let mut filled = 0;
    while filled < content.len() {
        match reader.read(&mut content[filled..]) {
            0 => break,
            more => filled += more,
        }
    }
    reader.close();
    String::from_utf8(content).map_err(|_| "The file is no text.")
}

/// Reads a file in steps of 64 KiB: its size, and a sum over its bytes and their places.
fn checksum() -> Object {
    let (blob, _) = find(&Args::read().text("name"));
    let mut reader = BlobReader::open(&blob);
    let mut step = vec![0; STEP];
    let (mut size, mut sum) = (0u64, 0u64);
    loop {
        let read = reader.read(&mut step);
        if read == 0 {
            break;
        }
        for &byte in &step[..read] {
            sum = sum.wrapping_mul(31).wrapping_add(u64::from(byte));
        }
        size += read as u64;
    }
    reader.close();
    Object::new()
        .field("size", &size)
        .field("sum", &format!("{:016x}", sum))
}

/// All files with their blobs and sizes, in the order in which they were first stored.
fn list() -> Vec<Object> {
    (0..count())
        .filter_map(|number| storage::read(&[b"i", &number.to_le_bytes()[..]].concat()))
        .filter_map(|name| String::from_utf8(name).ok())
        .map(|name| {
            let (blob, size) = find(&name);
            Object::new()
                .field("name", &name)
                .field("blob", &to_base58(&blob))
                .field("size", &size)
        })
        .collect()
}

/// Lets the other members ask this node for a file.
fn share() -> bool {
    let (blob, _) = find(&Args::read().text("name"));
    announce_blob(&blob, &env::context_id())
}

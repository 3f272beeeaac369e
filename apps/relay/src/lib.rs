// SPDX-License-Identifier: Apache-2.0

//! Messages between two contexts of one node.
//!
//! Rows: `n` → how many messages; `m` number → the message as JSON.

use calimero_guest::json::{Object, ToJson};
use calimero_guest::node::{call_context, calling_context};
use calimero_guest::{env, export, storage, to_base58, Args};

export!(init, send, receive, bounce, messages);

/// What the module says of itself: who may be called from where, and what only reads.
#[link_section = "calimero_abi_v1"]
#[used]
pub static ABI: [u8; include_bytes!("../abi.json").len()] = *include_bytes!("../abi.json");

fn init() {
    if storage::contains(b"n") {
        env::panic("Cannot initialize over already existing state.");
    }
    storage::write(b"n", &0u32.to_le_bytes());
}

fn count() -> u32 {
    match storage::read(b"n").map(|bytes| bytes.try_into()) {
        Some(Ok(bytes)) => u32::from_le_bytes(bytes),
        _ => env::panic("Failed to read app state."),
    }
}

fn keep(text: &str) {
    let number = count();
    let from = calling_context().map(|context| to_base58(&context));
    let message = Object::new().field("text", text).field("from", &from);
    storage::write(
        &[b"m", &number.to_le_bytes()[..]].concat(),
        message.to_json().as_bytes(),
    );
    storage::write(b"n", &(number + 1).to_le_bytes());
    env::emit("Received", &message);
}

/// Sends a text to another context.
fn send() {
    let mut args = Args::read();
    let context = context(&args.text("context"));
    let text = args.text("text");
    let arguments = Object::new().field("text", &text).to_json();
    call_context(&context, "receive", arguments.as_bytes());
}

/// Takes a text from another context, or from a client.
fn receive() {
    keep(&Args::read().text("text"));
}

/// Notes that it was called, and calls another context, which calls this one, and so on.
fn bounce() {
    let context_text = Args::read().text("context");
    let context = context(&context_text);
    keep("bounced");
    let back = Object::new().field("context", &to_base58(&env::context_id()));
    call_context(&context, "bounce", back.to_json().as_bytes());
}

/// All messages, the oldest first.
fn messages() -> Vec<Written> {
    (0..count())
        .filter_map(|number| storage::read(&[b"m", &number.to_le_bytes()[..]].concat()))
        .filter_map(|message| String::from_utf8(message).ok())
        .map(Written)
        .collect()
}

/// JSON as it was written.
struct Written(String);

impl ToJson for Written {
    fn write_json(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The identifier that clients write as this text.
fn context(text: &str) -> [u8; 32] {
    let mut id = [0u8; 32];
    for letter in text.bytes() {
        let digit = ALPHABET.iter().position(|&known| known == letter);
        let mut carry = digit.unwrap_or_else(|| env::panic("That is no context.")) as u32;
        for byte in id.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            env::panic("That is no context.");
        }
    }
    id
}

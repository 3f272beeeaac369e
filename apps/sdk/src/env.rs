// SPDX-License-Identifier: Apache-2.0

//! Where and for whom the method runs, and what it tells the outside.

use crate::host;
use crate::json::ToJson;
use std::panic::Location;

/// The register used for everything; the host keeps bytes under it until they are fetched.
pub(crate) const REGISTER: u64 = u32::MAX as u64 - 1;

/// The bytes in the register, which the host must have set.
#[track_caller]
pub(crate) fn take_register() -> Vec<u8> {
    let length = host::register_len(REGISTER);
    if length == u64::MAX {
        panic("The host has set no register.");
    }
    let mut bytes = vec![0; length as usize];
    if !host::read_register(REGISTER, &mut bytes) {
        panic("The host's register has changed its length.");
    }
    bytes
}

#[track_caller]
fn take_id() -> [u8; 32] {
    match take_register().try_into() {
        Ok(id) => id,
        Err(_) => panic("The host has given an identifier that is not 32 bytes long."),
    }
}

/// Ends the call: nothing it wrote is kept and the caller is told `message`.
#[track_caller]
pub fn panic(message: &str) -> ! {
    let at = Location::caller();
    host::panic_utf8(message, at.file(), at.line(), at.column())
}

/// Makes Rust's own panics (an index out of bounds, an overflow) reach the caller as text too.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let message = match (
            payload.downcast_ref::<&str>(),
            payload.downcast_ref::<String>(),
        ) {
            (Some(text), _) => text,
            (None, Some(text)) => text.as_str(),
            (None, None) => "explicit panic",
        };
        match info.location() {
            Some(at) => host::panic_utf8(message, at.file(), at.line(), at.column()),
            None => host::panic_utf8(message, "", 0, 0),
        }
    }));
}

/// The context in which this runs.
pub fn context_id() -> [u8; 32] {
    host::context_id(REGISTER);
    take_id()
}

/// The identity that signed this call.
pub fn executor_id() -> [u8; 32] {
    host::executor_id(REGISTER);
    take_id()
}

/// The arguments as they came; [`crate::Args`] reads them as JSON.
pub fn input() -> Vec<u8> {
    host::input(REGISTER);
    take_register()
}

/// Writes a line to the log of the call. At most 100 of them, each up to 16 KiB.
pub fn log(line: &str) {
    host::log_utf8(line);
}

/// Longest event data in bytes that hosts take.
pub const EVENT_DATA_MAX: usize = 16 * 1024;

/// Tells subscribers that something has happened; they hear of it once the call is in the log.
///
/// At most 100 in one call; `kind` up to 100 bytes, the JSON of `data` up to [`EVENT_DATA_MAX`].
pub fn emit(kind: &str, data: &impl ToJson) {
    host::emit(kind, data.to_json().as_bytes());
}

/// Hands the host a root hash and artifact of the application's own making, once in a call.
///
/// For applications that keep a state tree of their own: a node that keeps a transaction log hashes
/// the rows of [`crate::storage`] itself and needs none.
pub fn commit(root: &[u8; 32], artifact: &[u8]) {
    host::commit(root, artifact);
}

/// Fills `bytes` at random: unpredictable beforehand, yet the same on every node that executes this.
pub fn random_bytes(bytes: &mut [u8]) {
    host::random_bytes(bytes);
}

/// Nanoseconds since 1970: the time of the log entry, the same on every node, never going back.
pub fn time_now() -> u64 {
    let mut bytes = [0; 8];
    host::time_now(&mut bytes);
    u64::from_le_bytes(bytes)
}

// SPDX-License-Identifier: Apache-2.0

//! Rows that only the caller's own node keeps: they never reach another node, nor do the arguments,
//! the result and the log lines of a call that touches them. Keys and values as in
//! [`crate::storage`]; 16 MiB for each caller and context.
//!
//! What such a call writes to [`crate::storage`] and emits is taken over by the other members
//! without running it: they trust its caller for it.

use crate::env::{take_register, REGISTER};

#[repr(C)]
struct Buffer {
    address: u64,
    length: u64,
}

fn buffer(bytes: &[u8]) -> Buffer {
    Buffer {
        address: bytes.as_ptr() as u64,
        length: bytes.len() as u64,
    }
}

fn address(buffer: &Buffer) -> u64 {
    buffer as *const Buffer as u64
}

mod raw {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn private_storage_read(key: u64, register: u64) -> u32;
        pub fn private_storage_write(key: u64, value: u64) -> u32;
        pub fn private_storage_remove(key: u64, register: u64) -> u32;
    }
}

// Every call below passes addresses of values that outlive it, and the host touches memory only
// during the call.

/// The value under `key`.
pub fn read(key: &[u8]) -> Option<Vec<u8>> {
    let key = buffer(key);
    let found = unsafe { raw::private_storage_read(address(&key), REGISTER) } == 1;
    found.then(take_register)
}

/// Puts `value` under `key`.
pub fn write(key: &[u8], value: &[u8]) {
    let key = buffer(key);
    let value = buffer(value);
    unsafe { raw::private_storage_write(address(&key), address(&value)) };
}

/// Removes what is under `key` and gives it back.
pub fn remove(key: &[u8]) -> Option<Vec<u8>> {
    let key = buffer(key);
    let found = unsafe { raw::private_storage_remove(address(&key), REGISTER) } == 1;
    found.then(take_register)
}

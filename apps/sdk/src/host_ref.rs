// SPDX-License-Identifier: Apache-2.0

//! The host functions since August 2025: an aggregate is the address of a struct in guest memory.
//! Addresses, lengths and registers are 64 bits wide, truth values 32.

/// A slice of guest memory that the host reads or fills.
#[repr(C)]
struct Buffer {
    address: u64,
    length: u64,
}

#[repr(C)]
struct Location {
    file: Buffer,
    line: u32,
    column: u32,
}

#[repr(C)]
struct Event {
    kind: Buffer,
    data: Buffer,
}

#[repr(C)]
struct ValueReturn {
    tag: u64,
    value: Buffer,
}

impl Buffer {
    fn of(bytes: &[u8]) -> Self {
        Self {
            address: bytes.as_ptr() as u64,
            length: bytes.len() as u64,
        }
    }

    fn to_fill(bytes: &mut [u8]) -> Self {
        Self {
            address: bytes.as_mut_ptr() as u64,
            length: bytes.len() as u64,
        }
    }
}

fn address<T>(value: &T) -> u64 {
    value as *const T as u64
}

mod raw {
    #[link(wasm_import_module = "env")]
    extern "C" {
        pub fn panic_utf8(message: u64, location: u64) -> !;
        pub fn register_len(register: u64) -> u64;
        pub fn read_register(register: u64, buffer: u64) -> u32;
        pub fn context_id(register: u64);
        pub fn executor_id(register: u64);
        pub fn input(register: u64);
        pub fn value_return(value: u64);
        pub fn log_utf8(text: u64);
        pub fn emit(event: u64);
        pub fn commit(root: u64, artifact: u64);
        pub fn storage_read(key: u64, register: u64) -> u32;
        pub fn storage_write(key: u64, value: u64, register: u64) -> u32;
        pub fn storage_remove(key: u64, register: u64) -> u32;
        pub fn random_bytes(buffer: u64);
        pub fn time_now(buffer: u64);
    }
}

// Every call below passes addresses of values that outlive it, and the host touches memory only
// during the call.

pub fn panic_utf8(message: &str, file: &str, line: u32, column: u32) -> ! {
    let message = Buffer::of(message.as_bytes());
    let location = Location {
        file: Buffer::of(file.as_bytes()),
        line,
        column,
    };
    unsafe { raw::panic_utf8(address(&message), address(&location)) }
}

pub fn register_len(register: u64) -> u64 {
    unsafe { raw::register_len(register) }
}

pub fn read_register(register: u64, bytes: &mut [u8]) -> bool {
    let buffer = Buffer::to_fill(bytes);
    unsafe { raw::read_register(register, address(&buffer)) == 1 }
}

pub fn context_id(register: u64) {
    unsafe { raw::context_id(register) }
}

pub fn executor_id(register: u64) {
    unsafe { raw::executor_id(register) }
}

pub fn input(register: u64) {
    unsafe { raw::input(register) }
}

pub fn value_return(tag: u64, value: &[u8]) {
    let value = ValueReturn {
        tag,
        value: Buffer::of(value),
    };
    unsafe { raw::value_return(address(&value)) }
}

pub fn log_utf8(text: &str) {
    let text = Buffer::of(text.as_bytes());
    unsafe { raw::log_utf8(address(&text)) }
}

pub fn emit(kind: &str, data: &[u8]) {
    let event = Event {
        kind: Buffer::of(kind.as_bytes()),
        data: Buffer::of(data),
    };
    unsafe { raw::emit(address(&event)) }
}

pub fn commit(root: &[u8; 32], artifact: &[u8]) {
    let root = Buffer::of(root);
    let artifact = Buffer::of(artifact);
    unsafe { raw::commit(address(&root), address(&artifact)) }
}

pub fn storage_read(key: &[u8], register: u64) -> bool {
    let key = Buffer::of(key);
    unsafe { raw::storage_read(address(&key), register) == 1 }
}

pub fn storage_write(key: &[u8], value: &[u8], register: u64) -> bool {
    let key = Buffer::of(key);
    let value = Buffer::of(value);
    unsafe { raw::storage_write(address(&key), address(&value), register) == 1 }
}

pub fn storage_remove(key: &[u8], register: u64) -> bool {
    let key = Buffer::of(key);
    unsafe { raw::storage_remove(address(&key), register) == 1 }
}

pub fn random_bytes(bytes: &mut [u8]) {
    let buffer = Buffer::to_fill(bytes);
    unsafe { raw::random_bytes(address(&buffer)) }
}

pub fn time_now(bytes: &mut [u8; 8]) {
    let buffer = Buffer::to_fill(bytes);
    unsafe { raw::time_now(address(&buffer)) }
}

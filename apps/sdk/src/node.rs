// SPDX-License-Identifier: Apache-2.0

//! What lies beyond the rows of the context: blobs, and calls of other contexts. In the shape since
//! August 2025 only.

use crate::env::{take_register, REGISTER};

#[repr(C)]
struct Buffer {
    address: u64,
    length: u64,
}

#[repr(C)]
struct ContextCall {
    context: Buffer,
    method: Buffer,
    arguments: Buffer,
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
        pub fn blob_create() -> u64;
        pub fn blob_open(id: u64) -> u64;
        pub fn blob_write(handle: u64, bytes: u64) -> u64;
        pub fn blob_read(handle: u64, buffer: u64) -> u64;
        pub fn blob_close(handle: u64, id: u64) -> u32;
        pub fn blob_announce_to_context(id: u64, context: u64) -> u32;
        pub fn xcall(call: u64);
        pub fn xcall_origin(register: u64) -> u32;
    }
}

// Every call below passes addresses of values that outlive it, and the host touches memory only
// during the call.

/// A blob that is being written. One that is not finished fails the call.
pub struct BlobWriter(u64);

impl BlobWriter {
    /// Begins a blob.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(unsafe { raw::blob_create() })
    }

    /// Adds to it: up to 10 MiB at once, up to 512 MiB in one call.
    pub fn write(&mut self, bytes: &[u8]) {
        let bytes = Buffer::of(bytes);
        unsafe { raw::blob_write(self.0, address(&bytes)) };
    }

    /// Ends it and gives its identifier, which follows from its content.
    pub fn finish(self) -> [u8; 32] {
        close(self.0)
    }
}

/// A blob that is being read.
pub struct BlobReader(u64);

impl BlobReader {
    /// Opens a blob. Whether the node has it shows with the first read.
    pub fn open(id: &[u8; 32]) -> Self {
        let id = Buffer::of(id);
        Self(unsafe { raw::blob_open(address(&id)) })
    }

    /// Fills the buffer as far as there is something; 0 at the end.
    pub fn read(&mut self, bytes: &mut [u8]) -> usize {
        let buffer = Buffer::to_fill(bytes);
        unsafe { raw::blob_read(self.0, address(&buffer)) as usize }
    }

    /// Lets go of it.
    pub fn close(self) {
        close(self.0);
    }
}

fn close(handle: u64) -> [u8; 32] {
    let mut id = [0; 32];
    let buffer = Buffer::to_fill(&mut id);
    unsafe { raw::blob_close(handle, address(&buffer)) };
    id
}

/// Lets the members of the context ask this node for a blob.
pub fn announce_blob(id: &[u8; 32], context: &[u8; 32]) -> bool {
    let id = Buffer::of(id);
    let context = Buffer::of(context);
    unsafe { raw::blob_announce_to_context(address(&id), address(&context)) == 1 }
}

/// Asks for a call of another context on the same node, once this call is in the log.
pub fn call_context(context: &[u8; 32], method: &str, arguments: &[u8]) {
    let call = ContextCall {
        context: Buffer::of(context),
        method: Buffer::of(method.as_bytes()),
        arguments: Buffer::of(arguments),
    };
    unsafe { raw::xcall(address(&call)) }
}

/// The context that asked for this call, if one did.
pub fn calling_context() -> Option<[u8; 32]> {
    if unsafe { raw::xcall_origin(REGISTER) } == 0 {
        return None;
    }
    take_register().try_into().ok()
}

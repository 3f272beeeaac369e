// SPDX-License-Identifier: Apache-2.0

// What a peer serves beyond the protocols that everybody does, and the commands that drive it.

/** The services that `options` asks for. */
export function services (options) {
  return {}
}

/** The commands for them. */
export function commands (node) {
  return {}
}

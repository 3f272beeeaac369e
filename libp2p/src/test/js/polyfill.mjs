// SPDX-License-Identifier: Apache-2.0

// Node 20 lacks what js-libp2p takes for granted.
Promise.withResolvers ??= function () {
  let resolve
  let reject
  const promise = new this((a, b) => {
    resolve = a
    reject = b
  })
  return { promise, resolve, reject }
}

// Nor does it have the client that @libp2p/websockets takes from the browser, where a message never
// comes in the same breath as the opening.
if (globalThis.WebSocket == null) {
  const { WebSocket } = await import('ws')
  globalThis.WebSocket = class extends WebSocket {
    constructor (url, protocols) {
      super(url, protocols, { allowSynchronousEvents: false })
    }
  }
}

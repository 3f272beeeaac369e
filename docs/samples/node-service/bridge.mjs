// SPDX-License-Identifier: Apache-2.0

// The event bus over TCP with nothing but Node: each message is its length, four bytes with the
// highest first, and JSON.
import net from 'node:net';
import { randomUUID } from 'node:crypto';

export class Bridge {
  #socket;
  #headers;
  #received = Buffer.alloc(0);
  #replies = new Map();
  #listeners = new Map();
  #ping;

  /** Connects; `closed` is called with what ended the connection. */
  static connect({ host = '127.0.0.1', port = 7000, token, closed = () => {} }) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ host, port });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Bridge(socket, token, closed));
      });
    });
  }

  constructor(socket, token, closed) {
    this.#socket = socket;
    this.#headers = token ? { token } : {};
    let why = 'the node closed the connection';
    socket.on('error', (error) => (why = error.message));
    socket.on('data', (data) => this.#take(data));
    socket.on('close', () => {
      clearInterval(this.#ping);
      for (const { reject } of this.#replies.values()) reject(new Error(why));
      closed(why);
    });
    // Whoever is silent for a minute is closed.
    this.#ping = setInterval(() => this.#send({ type: 'ping' }), 20_000);
  }

  /** Gives a command and waits for its result. */
  request(address, body) {
    return new Promise((resolve, reject) => {
      const replyAddress = randomUUID();
      this.#replies.set(replyAddress, { resolve, reject });
      this.#send({ type: 'send', address, replyAddress, body });
    });
  }

  /** Listens to notices. */
  listen(address, listener) {
    this.#listeners.set(address, listener);
    this.#send({ type: 'register', address });
  }

  close() {
    this.#socket.end();
  }

  #send(message) {
    const json = Buffer.from(JSON.stringify({ ...message, headers: this.#headers }));
    const length = Buffer.alloc(4);
    length.writeInt32BE(json.length);
    this.#socket.write(Buffer.concat([length, json]));
  }

  #take(data) {
    this.#received = Buffer.concat([this.#received, data]);
    while (this.#received.length >= 4) {
      const end = 4 + this.#received.readInt32BE(0);
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(4, end).toString());
      this.#received = this.#received.subarray(end);
      this.#deliver(message);
    }
  }

  #deliver({ type, address, body, message }) {
    if (type === 'err') {
      console.error(`the node refused a message: ${message}`);
    } else if (this.#replies.has(address)) {
      const { resolve, reject } = this.#replies.get(address);
      this.#replies.delete(address);
      if (body.error) reject(Object.assign(new Error(body.error.message), body.error));
      else resolve(body.result);
    } else {
      this.#listeners.get(address)?.(body);
    }
  }
}

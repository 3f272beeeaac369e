// SPDX-License-Identifier: Apache-2.0

// A js-libp2p peer that takes one command a line on standard input and answers each with one line of
// JSON on standard output, so that the Java tests can drive it.

import './polyfill.mjs'
import { createHash } from 'node:crypto'
import readline from 'node:readline'
import { identify, identifyPush } from '@libp2p/identify'
import { mplex } from '@libp2p/mplex'
import { noise } from '@libp2p/noise'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { webSockets } from '@libp2p/websockets'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { peerIdFromString } from '@libp2p/peer-id'
import { createLibp2p } from 'libp2p'
import { circuits, commands, discovery, services } from './services.mjs'

const ECHO = '/test/echo/1.0.0'
const SINK = '/test/sink/1.0.0'

// A machine with much to do is slow, which is no error of either side.
const PATIENCE = 60_000

const options = JSON.parse(process.argv[2] ?? '{}')
const security = { noise: noise(), tls: tls() }
const muxers = { yamux: yamux(), mplex: mplex() }

// QUIC is an addon of native code, which not every platform has.
const transports = [tcp(), webSockets()]
if (options.quic) {
  try {
    const { quic } = await import('@chainsafe/libp2p-quic')
    transports.push(quic())
  } catch (failure) {
    process.stdout.write(JSON.stringify({ missing: `no QUIC for js here: ${failure.message}` }) + '\n')
    process.exit(0)
  }
}

const node = await createLibp2p({
  addresses: {
    listen: [...(options.listen ?? ['/ip4/127.0.0.1/tcp/0']), ...(options.through ?? [])]
  },
  transports: [...transports, ...circuits(options)],
  connectionEncrypters: (options.security ?? ['noise']).map(name => security[name]),
  streamMuxers: (options.muxers ?? ['yamux']).map(name => muxers[name]),
  peerDiscovery: discovery(options),
  connectionManager: {
    reconnectRetries: 0,
    dialTimeout: PATIENCE,
    addressDialTimeout: PATIENCE,
    inboundUpgradeTimeout: PATIENCE,
    inboundStreamProtocolNegotiationTimeout: PATIENCE,
    outboundStreamProtocolNegotiationTimeout: PATIENCE
  },
  services: {
    identify: identify({ timeout: PATIENCE }),
    push: identifyPush({ timeout: PATIENCE }),
    ping: ping({ timeout: PATIENCE }),
    ...services(options)
  }
})

/** Calls `each` with every part of what arrives, and waits for the end of it. */
// js opens one ping at a time and counts a stream until both ends of it have come. Over QUIC the
// other's end may come a little after its last bytes: see "An error of quiche" in docs/libp2p.md.
async function pingsEnded (peer) {
  const open = () => node.getConnections(peerIdFromString(peer))
    .flatMap(connection => connection.streams)
    .some(stream => stream.protocol === '/ipfs/ping/1.0.0')
  for (let tries = 0; open(); tries++) {
    if (tries === 1000) throw new Error('the end of a ping has not come')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

async function drain (stream, each) {
  for await (const part of stream) {
    await each(part.subarray())
  }
}

async function send (stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain()
  }
}

await node.handle(ECHO, async stream => {
  try {
    await drain(stream, bytes => send(stream, bytes))
    await stream.close()
  } catch (failure) {
    stream.abort(failure)
  }
}, { maxInboundStreams: 1000, maxOutboundStreams: 1000, runOnLimitedConnection: true })

await node.handle(SINK, async stream => {
  await drain(stream, () => {})
  await stream.close()
})

const own = {
  dial: async ({ to }) => {
    const connection = await node.dial(multiaddr(to))
    return {
      peer: connection.remotePeer.toString(),
      security: connection.encryption,
      muxer: connection.multiplexer
    }
  },
  ping: async ({ peer }) => {
    const times = []
    for (let i = 0; i < 3; i++) {
      times.push(await node.services.ping.ping(peerIdFromString(peer)))
      if (options.quic) await pingsEnded(peer)
    }
    return { times }
  },
  echo: async ({ peer, size, check = true }) => {
    const stream = await node.dialProtocol(peerIdFromString(peer), ECHO, {
      runOnLimitedConnection: true
    })
    const sent = Buffer.alloc(size)
    for (let i = 0; i < size; i += 4) {
      sent.writeUInt32LE((i * 2654435761) >>> 0, i)
    }
    const hash = createHash('sha256')
    let length = 0
    const start = performance.now()
    const reading = drain(stream, bytes => {
      if (check) {
        hash.update(bytes)
      }
      length += bytes.length
    })
    for (let at = 0; at < size; at += 65536) {
      await send(stream, sent.subarray(at, at + 65536))
    }
    await stream.close()
    await reading
    const millis = performance.now() - start
    const same = hash.digest('hex') === createHash('sha256').update(sent).digest('hex')
    return { length, millis, same }
  },
  streams: async ({ peer, count }) => {
    const streams = []
    for (let i = 0; i < count; i++) {
      streams.push(await node.dialProtocol(peerIdFromString(peer), ECHO))
    }
    let total = 0
    for (const stream of streams) {
      const reading = drain(stream, bytes => { total += bytes.length })
      await send(stream, new Uint8Array(1000))
      await stream.close()
      await reading
    }
    return { total }
  },
  trips: async ({ peer, count }) => {
    const stream = await node.dialProtocol(peerIdFromString(peer), ECHO)
    const parts = stream[Symbol.asyncIterator]()
    const start = performance.now()
    for (let i = 0; i < count; i++) {
      await send(stream, new Uint8Array(32))
      for (let left = 32; left > 0;) {
        left -= (await parts.next()).value.byteLength
      }
    }
    const micros = (performance.now() - start) * 1000 / count
    stream.abort(new Error('done'))
    return { micros }
  },
  info: async ({ peer }) => {
    const known = await node.peerStore.get(peerIdFromString(peer))
    const text = name => new TextDecoder().decode(known.metadata.get(name))
    return {
      protocols: known.protocols,
      addresses: known.addresses.map(address => address.multiaddr.toString()),
      agent: text('AgentVersion'),
      version: text('ProtocolVersion')
    }
  },
  handle: async ({ protocol }) => {
    await node.handle(protocol, stream => stream.abort(new Error('not for use')))
    return {}
  },
  gone: async ({ peer }) => {
    const id = peerIdFromString(peer)
    while (node.getConnections(id).length > 0) {
      await new Promise(resolve => node.addEventListener('peer:disconnect', resolve, { once: true }))
    }
    return {}
  },
  connections: async () => ({ peers: node.getConnections().map(c => c.remotePeer.toString()) }),
  hangUp: async ({ peer }) => {
    await node.hangUp(peerIdFromString(peer))
    return {}
  }
}

const all = { ...own, ...commands(node) }

function say (answer) {
  process.stdout.write(JSON.stringify(answer) + '\n')
}

say({ id: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })

for await (const line of readline.createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    say(await all[command.do](command))
  } catch (failure) {
    say({ error: `${failure.name}: ${failure.message}` })
  }
}
process.exit(0)
